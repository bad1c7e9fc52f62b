using RecActors.Requests;

namespace RecActors.Erasure;

/// <summary>How many erased users are refused now, and the last compaction.</summary>
internal sealed record ErasureStatusBody(long RefusedUsers, CompactionBody Compaction)
{
    public static ErasureStatusBody From(ErasureStatus status) => new(status.RefusedUsers, CompactionBody.From(status.Compaction));
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
