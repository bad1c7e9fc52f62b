namespace RecActors.Evaluation;

/// <summary>How the prequential protocol is run.</summary>
internal sealed record PrequentialOptions
{
    /// <summary>The share of the actions, by time, that the model is trained on.</summary>
    public double TrainShare { get; init; } = 0.8;

    /// <summary>Every n-th action is ranked; all are fed.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Most actions that are ranked; the replay ends with the last of them. Null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// How many of a user's latest actions are held back from the server: 0 serves live, 1 serves one action late, which shows
    /// what freshness is worth.
    /// </summary>
    public int Late { get; init; }

    /// <summary>Length of the lists that are asked for.</summary>
    public int ListLength { get; init; } = 50;

    /// <summary>Seed of everything random in the training.</summary>
    public int Seed { get; init; } = 1;
}
