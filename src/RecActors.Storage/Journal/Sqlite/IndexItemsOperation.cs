using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Enters a part of what a checkpoint has gathered into the index of items: after the folds, and before the log's rows are trimmed, up to when
/// the tail answers for them.
/// </summary>
internal sealed class IndexItemsOperation(JournalLog log, ItemPostings postings, IReadOnlyList<ItemPosting> part, long deletions) : WriteOperation
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int Bytes { get; } = part.Sum(posting => posting.Item.Length + posting.Users.Sum(user => postings.NameOf(user).Length));

    public Task Done => _done.Task;

    public override void Execute(SqliteSession session)
    {
        // Who was deleted since the folds began must not come back.
        var gone = log.StagedDeletions == deletions ? null : postings.Gone(session, log.StagedDeletions);
        var block = new ItemUserBlock();
        foreach (var posting in part)
        {
            log.ItemIndex.Add(session, posting.Item, postings.NamesOf(posting, gone), block);
        }
    }

    public override void OnCommitted() => _done.SetResult();

    public override void OnFailed(Exception error) => _done.SetException(error);
}
