using System.Runtime.CompilerServices;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>Who waits for an append.</summary>
internal interface IAppendWaiter
{
    /// <summary>The append's outcome, or why there is none. In a turn of the activation.</summary>
    void Answered(AppendResult result, Exception? failure);
}

/// <summary>
/// An append that the journal has not answered yet: its answer, or that it has taken too long. Who waits goes on in a turn of its activation, which is
/// queued there at once; an awaited task would make another one for that, and one more for the time. Used again when it is done, by its <see cref="AppendWatch"/>.
/// </summary>
internal sealed class PendingAppend
{
    private static readonly Action<object> GoOn = static pending => ((PendingAppend)pending).TellWaiter();

    private readonly AppendWatch _watch;
    private readonly Action _answered;
    private ConfiguredValueTaskAwaitable<AppendResult>.ConfiguredValueTaskAwaiter _answer;
    private IWorkItemScheduler _turns = null!;
    private IAppendWaiter _waiter = null!;
    private AppendResult _result;
    private Exception? _failure;
    private bool _isLate;

    public PendingAppend(AppendWatch watch) => (_watch, _answered) = (watch, Answered);

    /// <summary>When it began, as a timestamp.</summary>
    public long BegunAt { get; private set; }

    /// <summary>True while the watch has it in its list; then either the answer or the watch takes it out, and settles it. Guarded by the watch.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The append that began before it; the watch's.</summary>
    public PendingAppend? Earlier { get; set; }

    /// <summary>The append that began after it, or the next one that can be used again; the watch's.</summary>
    public PendingAppend? Later { get; set; }

    /// <summary>Stands for this append from now on.</summary>
    public void StandFor(ValueTask<AppendResult> append, IWorkItemScheduler turns, IAppendWaiter waiter, long begunAt)
    {
        _answer = append.ConfigureAwait(false).GetAwaiter();
        (_turns, _waiter, BegunAt) = (turns, waiter, begunAt);
    }

    /// <summary>Hears of the answer from now on.</summary>
    public void Begin() => _answer.UnsafeOnCompleted(_answered);

    /// <summary>It has taken too long, and was taken off the list. Its answer is ignored then.</summary>
    public void TimeOut()
    {
        (_failure, _isLate) = (new TimeoutException("The journal does not answer in time."), true);
        _turns.QueueAction(GoOn, this);
    }

    private void Answered()
    {
        var isInTime = _watch.TryForget(this);
        try
        {
            var result = _answer.GetResult();
            _result = isInTime ? result : default;
        }
#pragma warning disable CA1031 // Who waits hears of it.
        catch (Exception failure) when (isInTime)
        {
            _failure = failure;
        }
        catch (Exception)
        {
            return;
        }
#pragma warning restore CA1031

        if (isInTime)
        {
            _turns.QueueAction(GoOn, this);
        }
    }

    private void TellWaiter()
    {
        var (waiter, result, failure) = (_waiter, _result, _failure);

        // The journal's answer may keep it for long, but not who has waited: an activation, with the user's state.
        (_waiter, _turns, _failure) = (null!, null!, null);
        if (!_isLate)
        {
            _answer = default;
            _watch.UseAgain(this);
        }

        waiter.Answered(result, failure);
    }
}
