using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecActors.Journal;

namespace RecActors.Users;

public sealed class AppendWatchTests : IDisposable
{
    private static readonly AppendResult Durable = new(AppendStatus.Appended, 7, new JournalPosition(9));

    private readonly FakeTimeProvider _time = new();
    private readonly Turns _turns = new();
    private readonly AppendWatch _watch;

    public AppendWatchTests() =>
        _watch = new AppendWatch(Options.Create(new UserOptions { JournalTimeout = TimeSpan.FromSeconds(10) }), _time);

    [Fact]
    public void Watch_Answered_GoesOnInATurn()
    {
        var journal = new TaskCompletionSource<AppendResult>();
        var waiting = WaitAsync(journal.Task);
        Answer(journal);

        Assert.False(waiting.IsCompleted);
        _turns.RunAll();

        Assert.Equal(Durable, Result(waiting));
        _time.Advance(TimeSpan.FromMinutes(1));
        _turns.RunAll();
    }

    [Fact]
    public void Watch_Fails_FailsInATurn()
    {
        var journal = new TaskCompletionSource<AppendResult>();
        var waiting = WaitAsync(journal.Task);
        AtOnce(() => journal.SetException(new JournalUnavailableException("away")));
        _turns.RunAll();

        Assert.IsType<JournalUnavailableException>(waiting.Exception!.InnerException);
    }

    [Fact]
    public void Watch_NoAnswerInTime_TimesOutAndIgnoresTheLateAnswer()
    {
        var journal = new TaskCompletionSource<AppendResult>();
        var waiting = WaitAsync(journal.Task);

        _time.Advance(TimeSpan.FromSeconds(9));
        _turns.RunAll();
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(2));
        _turns.RunAll();
        Assert.IsType<TimeoutException>(waiting.Exception!.InnerException);

        Answer(journal);
        _turns.RunAll();
        Assert.Equal(1, _turns.Run);
    }

    [Fact]
    public void Watch_ManyInAnyOrder_TimesOutEachAfterItsOwnTime()
    {
        // One second apart; every third is answered before the first is late, newest first.
        var journals = Enumerable.Range(0, 9).Select(_ => new TaskCompletionSource<AppendResult>()).ToList();
        var waiting = new List<Task<AppendResult>>();
        foreach (var journal in journals)
        {
            waiting.Add(WaitAsync(journal.Task));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (var i = 6; i >= 0; i -= 3)
        {
            Answer(journals[i]);
        }

        for (var second = 9; second < 20; second++)
        {
            _turns.RunAll();
            for (var i = 0; i < journals.Count; i++)
            {
                // The timer may be late by its grain, a millisecond.
                if (second != i + 10)
                {
                    Assert.Equal(i % 3 == 0 || second > i + 10, waiting[i].IsCompleted);
                }
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.All(Enumerable.Range(0, 9), i => Assert.Equal(i % 3 == 0, waiting[i].IsCompletedSuccessfully));
    }

    [Fact]
    public void Watch_AfterAnAnswer_TimesOutByItsOwnTime()
    {
        var (first, second) = (new TaskCompletionSource<AppendResult>(), new TaskCompletionSource<AppendResult>());
        var answered = WaitAsync(first.Task);
        _time.Advance(TimeSpan.FromSeconds(5));
        Answer(first);
        _turns.RunAll();

        // What stood for the first append stands for this one.
        var waiting = WaitAsync(second.Task);
        _time.Advance(TimeSpan.FromSeconds(9));
        _turns.RunAll();
        Assert.True(answered.IsCompletedSuccessfully);
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(2));
        _turns.RunAll();
        Assert.IsType<TimeoutException>(waiting.Exception!.InnerException);
    }

    [Fact]
    public void Watch_LateAnswerOfAnother_IsNotTaken()
    {
        var (late, next) = (new TaskCompletionSource<AppendResult>(), new TaskCompletionSource<AppendResult>());
        var timedOut = WaitAsync(late.Task);
        _time.Advance(TimeSpan.FromSeconds(11));
        _turns.RunAll();
        var waiting = WaitAsync(next.Task);

        Answer(late);
        _turns.RunAll();
        Assert.True(timedOut.IsFaulted);
        Assert.False(waiting.IsCompleted);

        Answer(next);
        _turns.RunAll();
        Assert.Equal(Durable, Result(waiting));
    }

    public void Dispose() => _watch.Dispose();

    private Task<AppendResult> WaitAsync(Task<AppendResult> journal)
    {
        var waiter = new Waiter();
        _watch.Watch(new ValueTask<AppendResult>(journal), _turns, waiter);
        return waiter.Outcome;
    }

    private static void Answer(TaskCompletionSource<AppendResult> journal) => AtOnce(() => journal.SetResult(Durable));

    /// <summary>Who waits hears of it within the call: under a context of the test's, it would be another thread's business.</summary>
    private static void AtOnce(Action answer)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        answer();
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private static AppendResult Result(Task<AppendResult> done)
    {
        Assert.True(done.IsCompletedSuccessfully);
        return done.GetAwaiter().GetResult();
    }

    private sealed class Waiter : IAppendWaiter
    {
        private readonly TaskCompletionSource<AppendResult> _outcome = new();

        public Task<AppendResult> Outcome => _outcome.Task;

        public void Answered(AppendResult result, Exception? failure)
        {
            if (failure is null)
            {
                _outcome.SetResult(result);
            }
            else
            {
                _outcome.SetException(failure);
            }
        }
    }

    /// <summary>An activation whose turns are run by the test.</summary>
    private sealed class Turns : IWorkItemScheduler
    {
        private readonly ConcurrentQueue<Action> _queue = [];

        public int Run { get; private set; }

        public void QueueAction(Action action) => _queue.Enqueue(action);

        public void QueueAction(Action<object> action, object state) => _queue.Enqueue(() => action(state));

        public void QueueTask(Task task) => throw new NotSupportedException();

        public void RunAll()
        {
            while (_queue.TryDequeue(out var action))
            {
                Run++;
                action();
            }
        }
    }
}
