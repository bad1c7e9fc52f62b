namespace RecActors.Journal.Sqlite;

/// <summary>
/// Who may append to a user's journal, and how long it is. The gate guards all of it; an append is admitted against the
/// length that it will have when the appends before it are durable.
/// </summary>
internal sealed class JournalOwner
{
    private TaskCompletionSource? _settled;

    public Lock Gate { get; } = new();

    /// <summary>The only epoch whose appends are accepted; 0 for none.</summary>
    public long Epoch { get; set; }

    /// <summary>Entries, the admitted ones included.</summary>
    public long Length { get; set; }

    /// <summary>Appends that are queued and neither durable nor refused.</summary>
    public int Pending { get; private set; }

    public void Admit(int entries)
    {
        Pending++;
        Length += entries;
    }

    public void Settle()
    {
        if (--Pending == 0)
        {
            _settled?.SetResult();
            _settled = null;
        }
    }

    /// <summary>Completes when no append is pending.</summary>
    public Task WhenSettled() => Pending == 0
        ? Task.CompletedTask
        : (_settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
