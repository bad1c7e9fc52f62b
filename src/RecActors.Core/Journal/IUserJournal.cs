using RecActors.Feedback;

namespace RecActors.Journal;

/// <summary>
/// The truth about users: for each, an append-only sequence of feedback entries, numbered from 1. Everything else the
/// product knows about a user is derived from it. Safe for concurrent use by any number of callers.
/// </summary>
public interface IUserJournal
{
    /// <summary>
    /// Takes ownership of a user's journal: raises its epoch and reads all its entries in one atomic step. Appends of
    /// earlier owners are refused from then on. The user need not exist.
    /// </summary>
    ValueTask<OpenedJournal> OpenAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Reads a user's entries, or an empty list, without taking ownership.</summary>
    ValueTask<IReadOnlyList<FeedbackEntry>> ReadAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Who owns a user's journal now, and its length, without reading its entries: whoever opened it and finds its own epoch here is
    /// still the owner. Epoch 0 when nobody owns it.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The store cannot answer.</exception>
    ValueTask<JournalHead> ReadHeadAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Appends entries as one atomic unit and returns when they are durable. The append is refused, with nothing written,
    /// when <paramref name="epoch"/> is not the user's current one or the journal's length is not <paramref name="expectedLength"/>.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The store cannot answer; whether the entries were written is unknown.</exception>
    ValueTask<AppendResult> AppendAsync(
        string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries, CancellationToken cancellationToken);

    /// <summary>
    /// Returns when every entry of a journal that was read is as safe as one whose append has returned. A store that waits for replicas
    /// may show entries that none has; one that does not has nothing to wait for.
    /// </summary>
    /// <param name="userId">Whose journal.</param>
    /// <param name="read">Under which epoch it was read, and how many entries there were.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when it is not that journal any more: it has another owner, or was lost with a failed server.</returns>
    /// <exception cref="JournalUnavailableException">Not in time: whoever repeats the actions must not be told that they are durable.</exception>
    ValueTask<bool> EnsureDurableAsync(string userId, JournalHead read, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    /// <summary>Removes every trace of a user, epoch apart: owners before the call are refused afterwards.</summary>
    ValueTask DeleteAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a user as <see cref="DeleteAsync"/> does, and in the same atomic step notes, by a keyed hash of the id alone, that the user
    /// is refused until a time: <see cref="OpenAsync"/> then says so, and writes nothing.
    /// </summary>
    ValueTask EraseAsync(string userId, DateTimeOffset refuseUntil, CancellationToken cancellationToken);

    /// <summary>Refuses an erased user no longer. False when nothing was to be done.</summary>
    ValueTask<bool> ReadmitAsync(string userId, CancellationToken cancellationToken);

    /// <summary>True while an erased user is refused.</summary>
    ValueTask<bool> IsErasedAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Makes a user known without any action, so that <see cref="ListUsersAsync"/> names it.</summary>
    ValueTask RegisterAsync(string userId, CancellationToken cancellationToken);

    /// <summary>True when the user is registered or has entries.</summary>
    ValueTask<bool> ContainsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Up to <paramref name="count"/> user ids after <paramref name="after"/> (exclusive; null for the first), in an order of the
    /// store's own that never changes.
    /// </summary>
    ValueTask<IReadOnlyList<string>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Up to <paramref name="count"/> ids of users with an entry on an item, be it removed later, after <paramref name="after"/>
    /// (exclusive; null for the first), in an order of the store's own that never changes. Sees every append that was acknowledged before.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The store cannot answer.</exception>
    ValueTask<IReadOnlyList<string>> ListUsersOfItemAsync(string itemId, string? after, int count, CancellationToken cancellationToken);

    /// <summary>The position after the last durable entry: every entry at or below it is seen by a later read.</summary>
    ValueTask<JournalPosition> GetHeadAsync(CancellationToken cancellationToken);

    /// <summary>How many entries have been appended so far, those of deleted users included; a deletion may count as one. Cheap.</summary>
    ValueTask<long> CountEntriesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// True when a range that a <see cref="Threads.BackgroundThread"/> reads is read on that thread alone, with its priority. Where other threads take part,
    /// such a thread had better not ask: the pool would start some for it, with its priority, and let them serve.
    /// </summary>
    bool ReadsRangesInPlace => false;

    /// <summary>Returns when the store answers. Cheap: probes ask it.</summary>
    /// <exception cref="JournalUnavailableException">The store cannot answer.</exception>
    ValueTask CheckAsync(CancellationToken cancellationToken);

    /// <summary>
    /// All entries with a position in (<paramref name="after"/>, <paramref name="through"/>], in the order of their positions
    /// (the order in which they became durable).
    /// </summary>
    IAsyncEnumerable<JournalRecord> ReadRangeAsync(JournalPosition after, JournalPosition through, CancellationToken cancellationToken);
}
