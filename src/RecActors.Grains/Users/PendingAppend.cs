using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>
/// An append that the journal has not answered yet: its answer, or that it has taken too long. Whoever awaits it goes on in a turn of its activation,
/// which is queued there at once; an awaited task would make another one for that, and one more for the time.
/// </summary>
internal sealed class PendingAppend(AppendWatch watch, ValueTask<AppendResult> append, IWorkItemScheduler turns, long begunAt) : IValueTaskSource<AppendResult>
{
    private static readonly Action<object?> NobodyWaits = static _ => { };

    private readonly ConfiguredValueTaskAwaitable<AppendResult>.ConfiguredValueTaskAwaiter _answer = append.ConfigureAwait(false).GetAwaiter();
    private Action<object?>? _continuation;
    private object? _state;
    private AppendResult _result;
    private Exception? _failure;
    private int _isSettling;
    private volatile bool _isSettled;

    /// <summary>When it began, as a timestamp.</summary>
    public long BegunAt => begunAt;

    /// <summary>The append that began before it; the watch's.</summary>
    public PendingAppend? Earlier { get; set; }

    /// <summary>The append that began after it; the watch's.</summary>
    public PendingAppend? Later { get; set; }

    /// <summary>Hears of the answer from now on.</summary>
    public void Begin() => _answer.UnsafeOnCompleted(Answered);

    /// <summary>It has taken too long. Its answer is ignored then.</summary>
    public void TimeOut() => Settle(default, new TimeoutException("The journal does not answer in time."));

    AppendResult IValueTaskSource<AppendResult>.GetResult(short token)
    {
        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }

        return _result;
    }

    ValueTaskSourceStatus IValueTaskSource<AppendResult>.GetStatus(short token) =>
        !_isSettled ? ValueTaskSourceStatus.Pending : _failure is null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;

    void IValueTaskSource<AppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _state = state;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
        {
            turns.QueueAction(continuation!, state!);
        }
    }

    private void Answered()
    {
        watch.Forget(this);
        try
        {
            Settle(_answer.GetResult(), null);
        }
#pragma warning disable CA1031 // Whoever awaits it hears of it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Settle(default, failure);
        }
    }

    private void Settle(AppendResult result, Exception? failure)
    {
        if (Interlocked.Exchange(ref _isSettling, 1) == 1)
        {
            return;
        }

        (_result, _failure) = (result, failure);
        _isSettled = true;
        if (Interlocked.CompareExchange(ref _continuation, NobodyWaits, null) is { } continuation)
        {
            turns.QueueAction(continuation!, _state!);
        }
    }
}
