namespace RecActors.ItemStats;

/// <summary>
/// Appends that are on their way, in rounds: a round that has ended gets no more, so that one can wait for its last, whatever comes meanwhile. Two
/// counts take turns. Thread-safe; one waits at a time.
/// </summary>
internal sealed class AppendRounds
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    private readonly int[] _open = new int[2];
    private int _round;

    /// <summary>True while there is one.</summary>
    public bool HasAny => Volatile.Read(ref _open[0]) + Volatile.Read(ref _open[1]) > 0;

    /// <summary>One begins. Returns its round.</summary>
    public int Begin()
    {
        while (true)
        {
            var round = Volatile.Read(ref _round);
            Interlocked.Increment(ref _open[round]);
            if (Volatile.Read(ref _round) == round)
            {
                return round;
            }

            // The round has ended in between, and who waits for it may have seen it without this one.
            Interlocked.Decrement(ref _open[round]);
        }
    }

    /// <summary>One of a round ends.</summary>
    public void Settle(int round) => Interlocked.Decrement(ref _open[round]);

    /// <summary>Ends the round and waits for its appends; before that, for those of the one before, whose count the next round takes.</summary>
    public async Task EndAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var ending = Volatile.Read(ref _round);
        await EmptyAsync(1 - ending, time, cancellationToken);
        Interlocked.Exchange(ref _round, 1 - ending);
        await EmptyAsync(ending, time, cancellationToken);
    }

    private async Task EmptyAsync(int round, TimeProvider time, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _open[round]) > 0)
        {
            await Task.Delay(Look, time, cancellationToken);
        }
    }
}
