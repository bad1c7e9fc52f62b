namespace RecActors.Snapshots;

/// <summary>
/// Reduced actions as they come, for a start after a kill: what it has to count it finds in the journals, and how it counts here, instead of in the histories
/// of all users who acted. It may lack any of them: those are reduced anew. It is in numbered parts, so that what a snapshot has made useless can go. One
/// reader or writer at a time; parts may be begun and removed beside it.
/// </summary>
public interface IReducedActionLog
{
    /// <summary>Bytes that are kept.</summary>
    long Bytes { get; }

    /// <summary>
    /// Adds what was written under the same rules, in the order in which it was written, as far as it is undamaged; to be called by each process that
    /// writes, before it does. After a process that did not, everything is removed: it may have changed the journals otherwise than by going on. So it is where
    /// the log knows of more than the journals have: it is of another time than they are.
    /// </summary>
    /// <param name="rules">A hash of the options by which actions are reduced.</param>
    /// <param name="after">Actions up to this position of the journals are not asked for.</param>
    /// <param name="head">The journals' head.</param>
    /// <param name="rowOf">Gives items their rows.</param>
    /// <param name="actions">Gets the actions.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The highest position of all that was kept, of whatever rules; 0 where nothing is.</returns>
    /// <exception cref="IOException">What is of another time could not be removed, or something not read. It is never used.</exception>
    ValueTask<long> ReadAsync(ulong rules, long after, long head, Func<string, int> rowOf, ReducedActions actions, CancellationToken cancellationToken);

    /// <summary>Writes actions. They outlive the process, not the machine.</summary>
    /// <param name="rules">A hash of the options by which they were reduced.</param>
    /// <param name="actions">The actions, at least one.</param>
    /// <param name="idOf">Tells a row's item.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">They could not be written.</exception>
    ValueTask WriteAsync(ulong rules, ReducedActions actions, Func<int, string> idOf, CancellationToken cancellationToken);

    /// <summary>Begins a part, to which is written from now on, and returns its number.</summary>
    long BeginPart();

    /// <summary>Removes all parts before one; durable when it returns.</summary>
    /// <exception cref="IOException">They could not be removed.</exception>
    void RemoveBefore(long part);
}

/// <summary>Where nothing is kept.</summary>
public sealed class NoReducedActionLog : IReducedActionLog
{
    public long Bytes => 0;

    public ValueTask<long> ReadAsync(ulong rules, long after, long head, Func<string, int> rowOf, ReducedActions actions, CancellationToken cancellationToken) => default;

    public ValueTask WriteAsync(ulong rules, ReducedActions actions, Func<int, string> idOf, CancellationToken cancellationToken) => default;

    public long BeginPart() => 0;

    public void RemoveBefore(long part)
    {
    }
}
