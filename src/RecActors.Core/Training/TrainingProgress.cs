namespace RecActors.Training;

/// <summary>What a training run is doing, in the order of the stages.</summary>
public enum TrainingStage
{
    /// <summary>Ordering the events, building the catalog, and counting the item statistics of the first slice.</summary>
    Preparing = 0,

    /// <summary>Choosing the regularisation of the factors by validation.</summary>
    Searching = 1,

    /// <summary>Fitting vectors and statistics to the first slice.</summary>
    FittingSources = 2,

    /// <summary>Replaying later events with live updates, to collect the ranker's examples.</summary>
    Replaying = 3,

    /// <summary>Training the ranker.</summary>
    TrainingRanker = 4,

    /// <summary>Comparing with the serving model on the newest events.</summary>
    Gating = 5,

    /// <summary>Fitting vectors and statistics to everything.</summary>
    Refitting = 6,

    /// <summary>Done.</summary>
    Completed = 7,
}

/// <summary>Progress of a training run.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Fraction">Done of the whole run, in [0, 1], never decreasing.</param>
/// <param name="Detail">For people: counts, losses, the setting being tried.</param>
public readonly record struct TrainingProgress(TrainingStage Stage, double Fraction, string Detail);
