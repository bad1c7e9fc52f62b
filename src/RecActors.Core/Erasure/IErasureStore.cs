namespace RecActors.Erasure;

/// <summary>
/// What a store knows of erased users, and how it gets rid of the bytes that it still holds of them. Safe for concurrent use.
/// </summary>
public interface IErasureStore
{
    /// <summary>How many erased users are refused now.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>The erased users that are refused now, and the key of their hashes.</summary>
    ValueTask<ErasureRecords> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Takes over what <see cref="ReadAsync"/> gave, key included. For a store that refuses nobody yet.</summary>
    ValueTask WriteAsync(ErasureRecords records, CancellationToken cancellationToken);

    /// <summary>
    /// Overwrites or drops every byte of data that was deleted before the call: free pages, write-ahead logs, append-only files,
    /// snapshots. Forgets erased users whose time is over. Takes as long as writing all data anew; one at a time.
    /// </summary>
    /// <param name="progress">Told what is done now.</param>
    /// <param name="cancellationToken">Stops between the steps.</param>
    /// <exception cref="IOException">A step failed; what was deleted may still be there.</exception>
    Task CompactAsync(IProgress<string> progress, CancellationToken cancellationToken);
}
