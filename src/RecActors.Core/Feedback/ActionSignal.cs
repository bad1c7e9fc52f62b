namespace RecActors.Feedback;

/// <summary>How an action speaks about the user's interest.</summary>
public enum Polarity : byte
{
    /// <summary>The user is interested: moves the interest embedding towards the item.</summary>
    Positive = 0,

    /// <summary>The user is not: moves it away.</summary>
    Negative = 1,

    /// <summary>Says only that the user has seen the item; it is not recommended again.</summary>
    SeenOnly = 2,

    /// <summary>Kept in the journal, without any effect on recommendations.</summary>
    Ignored = 3,
}

/// <summary>What an action means: its polarity and its weight in [0, 1], relative to the strongest action of its kind.</summary>
public readonly record struct ActionSignal(Polarity Polarity, float Weight);
