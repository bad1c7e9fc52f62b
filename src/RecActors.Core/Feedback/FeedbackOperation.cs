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

    /// <summary>
    /// What was recommended, written back: as Add, but from its time on, which may lie ahead; and the item only counts as seen then,
    /// whatever the type says about interest, since it was the recommender that acted.
    /// </summary>
    Show = 3,
}
