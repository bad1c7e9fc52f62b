namespace RecActors.Protocols;

/// <summary>How a data set is divided into what is learned from and what is asked.</summary>
public enum Protocol
{
    /// <summary>Train on the older events; the newer arrive one by one, each asked about and then fed.</summary>
    Prequential,

    /// <summary>The data set's own training and test parts; every test user is asked once.</summary>
    Split,

    /// <summary>Every user's last item is the test, the one before it validates and then is input.</summary>
    LeaveLastOut,

    /// <summary>Ratings are predicted, each fold of them from the others; nothing is ranked.</summary>
    KFold,
}

/// <summary>The numbers of a protocol.</summary>
public sealed record ProtocolOptions
{
    /// <summary>Share of the events, by time, that prequential trains on.</summary>
    public double TrainFraction { get; init; } = .8;

    /// <summary>Seed of the order in which a user's events happened where the data know none.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many of each user's events of a sequence arrive one by one.</summary>
    public int SequenceTail { get; init; } = 5;
}
