using RecActors.Retrieval;

namespace RecActors.Models;

/// <summary>What a bundle says about itself.</summary>
public sealed record BundleManifest
{
    /// <summary>The bundle's version, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>When it was trained, in Unix milliseconds, UTC.</summary>
    public long CreatedMs { get; init; }

    /// <summary>Why it was trained.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The journal position up to which it knows the actions of all users.</summary>
    public long JournalCut { get; init; }

    /// <summary>The seed that its training is reproduced with.</summary>
    public int Seed { get; init; }

    /// <summary>Users with a positive action.</summary>
    public int Users { get; init; }

    /// <summary>Items with a learned vector.</summary>
    public int Items { get; init; }

    /// <summary>Actions trained on.</summary>
    public long Events { get; init; }

    /// <summary>How long the training took.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Floats of an item vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How interest and item vectors are compared in retrieval.</summary>
    public Similarity Similarity { get; init; }

    /// <summary>Quality on the newest slice, by the metric's name. Finite.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
