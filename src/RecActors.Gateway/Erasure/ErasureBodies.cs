using RecActors.Requests;

namespace RecActors.Erasure;

/// <summary>How many erased users are refused now, the last compaction, and the seconds for which a user who is erased now is refused, if known.</summary>
internal sealed record ErasureStatusBody(long RefusedUsers, CompactionBody Compaction, double? RefusesForSeconds)
{
    public static ErasureStatusBody From(ErasureStatus status) => new(
        status.RefusedUsers, CompactionBody.From(status.Compaction), status.RefusesForMs / 1000.0);
}

/// <summary>A compaction: nothing of what was deleted before <c>CompactedThrough</c> is in the store any more.</summary>
internal sealed record CompactionBody(
    string State, string Step, DateTime? Started, DateTime? Ended, string? Message, DateTime? CompactedThrough)
{
    public static CompactionBody From(CompactionStatus status) => new(
        status.State.ToString(),
        status.Step,
        status.StartedMs == 0 ? null : Timestamps.ToWire(status.StartedMs),
        status.EndedMs is { } ended ? Timestamps.ToWire(ended) : null,
        status.Message,
        status.CompactedThroughMs is { } through ? Timestamps.ToWire(through) : null);
}
