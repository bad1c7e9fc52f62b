using RecActors.Feedback;

namespace RecActors.DataSets;

/// <summary>How files are read.</summary>
public sealed record DataSetOptions
{
    /// <summary>Feedback type of actions that name none.</summary>
    /// <value><c>read</c>; <c>rating</c> where a column of that name gives the value.</value>
    public string? FeedbackType { get; init; }

    /// <summary>What an action does to its feedback row.</summary>
    /// <value>It overwrites the row: an import says how things are.</value>
    public FeedbackOperation Operation { get; init; } = FeedbackOperation.Set;

    /// <summary>Longest id in UTF-8 bytes.</summary>
    /// <value>512.</value>
    public int MaxIdBytes { get; init; } = 512;

    /// <summary>The clock by which a time is in the future.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
