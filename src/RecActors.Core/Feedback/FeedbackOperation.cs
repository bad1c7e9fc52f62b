namespace RecActors.Feedback;

/// <summary>What a journal entry does to the feedback row of its (type, item). The numbers are stored: never renumber.</summary>
public enum FeedbackOperation : byte
{
    /// <summary>Adds the value to the row, or creates it (POST).</summary>
    Add = 0,

    /// <summary>Overwrites the row, or creates it (PUT).</summary>
    Set = 1,

    /// <summary>Removes the row (DELETE).</summary>
    Remove = 2,
}
