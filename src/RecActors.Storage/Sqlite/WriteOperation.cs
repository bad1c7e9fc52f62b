namespace RecActors.Sqlite;

/// <summary>One write of a group. Its methods run on the writer's thread, one operation after another.</summary>
internal abstract class WriteOperation
{
    /// <summary>Roughly the bytes it writes, by which a group is bounded.</summary>
    public virtual int Bytes => 0;

    /// <summary>True of what cannot be done inside a transaction: it is executed alone, and must be whole or nothing by itself.</summary>
    public virtual bool IsAlone => false;

    /// <summary>Writes, inside the group's transaction. Memory that others see changes only in <see cref="OnCommitted"/>.</summary>
    public abstract void Execute(SqliteSession session);

    /// <summary>The group is durable.</summary>
    public abstract void OnCommitted();

    /// <summary>The group failed. Nothing of it is visible now; whether a crash would bring it back is unknown.</summary>
    public abstract void OnFailed(Exception error);

    /// <summary>
    /// Tells whoever waits, after either of them; on a thread of the pool, one operation of the group after another. Who waits may go on within
    /// the call, since a thread for each of a large group would cost more than most do there.
    /// </summary>
    public virtual void Acknowledge()
    {
    }
}

/// <summary>A write with a result.</summary>
internal sealed class WriteOperation<T>(Func<SqliteSession, T> write, int bytes, bool isAlone = false) : WriteOperation
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public override int Bytes => bytes;

    public override bool IsAlone => isAlone;

    public Task<T> Done => _done.Task;

    public override void Execute(SqliteSession session) => _result = write(session);

    public override void OnCommitted() => _done.SetResult(_result!);

    public override void OnFailed(Exception error) => _done.SetException(error);
}
