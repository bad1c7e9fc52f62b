using RecActors.Training;

namespace RecActors.Formats;

/// <summary>The part of a data set that its maker gave an event to.</summary>
public enum EventPart : byte
{
    /// <summary>To be learned from.</summary>
    Train,

    /// <summary>To choose settings by.</summary>
    Validation,

    /// <summary>To be predicted.</summary>
    Test,
}

/// <summary>A data set in memory: all events in the order of their times, every item with a catalog record. Immutable.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Set">All events and items, whatever part they belong to.</param>
/// <param name="Parts">The part of each event where the data set comes split, else null.</param>
/// <param name="Order">What the order of the events says.</param>
/// <param name="Duplicates">Events left out because the very same came before.</param>
public sealed record EvaluationData(string Name, TrainingSet Set, IReadOnlyList<EventPart>? Parts, EventOrder Order, long Duplicates);

/// <summary>What is known of when events happened.</summary>
public enum EventOrder
{
    /// <summary>Nothing: the events of a user are a set.</summary>
    None,

    /// <summary>The order of each user's events; times are places, counted so that all users end at the same.</summary>
    PerUser,

    /// <summary>The times of all events.</summary>
    Times,
}
