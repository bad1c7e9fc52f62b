using RecActors.Feedback;

namespace RecActors.Users;

/// <summary>An append of which nobody knows what became: its entries may be in the user's journal, and are not counted.</summary>
/// <param name="Version">Entries that the journal had before it.</param>
/// <param name="Entries">Its entries.</param>
/// <param name="Round">The round of appends that it began in and that is not settled.</param>
internal sealed record UnansweredAppend(long Version, FeedbackEntry[] Entries, int Round)
{
    /// <summary>Where its entries are among those that the journal has from a version on; an empty range when it has others there, or none.</summary>
    public Range PlaceIn(FeedbackEntry[] stored, long version)
    {
        var start = Version - version;
        return start >= 0 && start <= stored.Length && stored.AsSpan((int)start).StartsWith(Entries) ? (int)start..((int)start + Entries.Length) : default;
    }
}
