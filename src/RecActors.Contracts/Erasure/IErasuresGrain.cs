namespace RecActors.Erasure;

/// <summary>The erased users of an installation, and the job that leaves no byte of them in the store. One for all: key 0.</summary>
[Alias("recactors.erasures"), GrainInterfaceType("recactors.erasures")]
public interface IErasuresGrain : IGrainWithIntegerKey
{
    /// <summary>Starts a compaction, unless one runs. Returns at once.</summary>
    [Alias("compact")]
    Task<ErasureStatus> CompactAsync(CancellationToken cancellationToken = default);

    /// <summary>What is known now; users were counted half a minute ago at most.</summary>
    [Alias("status")]
    Task<ErasureStatus> GetStatusAsync(CancellationToken cancellationToken = default);
}

/// <summary>How many erased users are refused, the last compaction, and how long a user who is erased now is refused.</summary>
/// <param name="RefusedUsers">Users who are refused.</param>
/// <param name="Compaction">The last compaction.</param>
/// <param name="RefusesForMs">Milliseconds; 0 where nobody is refused, null where the silo that answers is too old to say.</param>
[GenerateSerializer, Immutable, Alias("recactors.erasure-status")]
public sealed record ErasureStatus(
    [property: Id(0)] long RefusedUsers, [property: Id(1)] CompactionStatus Compaction, [property: Id(2)] long? RefusesForMs = null);

/// <summary>Where a compaction stands. A completed one has removed every byte of what was deleted before its start.</summary>
[GenerateSerializer, Immutable, Alias("recactors.compaction-status")]
public sealed record CompactionStatus
{
    [Id(0)]
    public CompactionState State { get; init; }

    /// <summary>What is done now, or was done last.</summary>
    [Id(1)]
    public string Step { get; init; } = "";

    /// <summary>Unix milliseconds, UTC; 0 before the first one.</summary>
    [Id(2)]
    public long StartedMs { get; init; }

    /// <summary>Unix milliseconds, UTC; null while it runs.</summary>
    [Id(3)]
    public long? EndedMs { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(4)]
    public string? Message { get; init; }

    /// <summary>
    /// When the last completed one was started, in Unix milliseconds, UTC: nothing that was deleted before is in the store any more. Null
    /// when none has completed yet.
    /// </summary>
    [Id(5)]
    public long? CompactedThroughMs { get; init; }
}

/// <summary>What a compaction does.</summary>
[GenerateSerializer, Alias("recactors.compaction-state")]
public enum CompactionState
{
    Idle = 0,
    Running = 1,
    Completed = 2,
    Failed = 3,
}
