using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>Answers beside the timer, from many threads, while what stands for appends is used again and again.</summary>
public sealed class AppendWatchSoakTests
{
    private const int Threads = 8;
    private const int Appends = 12_500;

    private static readonly TimeSpan JournalTimeout = TimeSpan.FromMilliseconds(1);

    /// <summary>Due to be answered at about its timeout: the oldest first, by whatever thread comes.</summary>
    private readonly ConcurrentQueue<Append> _due = new();

    /// <summary>To be answered once it was given up.</summary>
    private readonly ConcurrentQueue<Append> _late = new();

    [Fact]
    public void Watch_AnsweredBeforeAtAndAfterTheTimeout_TellsEachOnceAndItsOwnResult()
    {
        using var watch = new AppendWatch(Options.Create(new UserOptions { JournalTimeout = JournalTimeout }), TimeProvider.System);
        var all = new Append[Threads * Appends];
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() => Run(watch, all, thread * Appends))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        // Who is to be answered late hears of the timer first, as do others whom it has found late.
        Assert.True(SpinWait.SpinUntil(() => all.All(append => append.IsTold), TimeSpan.FromMinutes(1)), "Somebody waits for ever.");
        Answer(_late, _ => true);

        Assert.All(all, append => append.AssertToldOnce());
        Assert.Contains(all, append => append.IsAnswered);
        Assert.Contains(all, append => !append.IsAnswered);
    }

    private void Run(AppendWatch watch, Append[] all, int start)
    {
        for (var i = start; i < start + Appends; i++)
        {
            var append = all[i] = new Append(i);
            append.Begin(watch);
            switch (i % 3)
            {
                case 0:
                    append.Answer();
                    break;
                case 1:
                    _due.Enqueue(append);
                    break;
                default:
                    _late.Enqueue(append);
                    break;
            }

            Answer(_due, oldest => oldest.Age >= JournalTimeout);
            Answer(_late, oldest => oldest.IsTold);
        }

        Answer(_due, _ => true);
    }

    private static void Answer(ConcurrentQueue<Append> appends, Func<Append, bool> isTime)
    {
        while (appends.TryPeek(out var oldest) && isTime(oldest) && appends.TryDequeue(out var any))
        {
            any.Answer();
        }
    }

    /// <summary>An append, the journal that is asked for it and who waits for it, whose turns are run at once.</summary>
    private sealed class Append(int number) : IAppendWaiter, IWorkItemScheduler
    {
        private readonly TaskCompletionSource<AppendResult> _journal = new();
        private readonly long _begun = Stopwatch.GetTimestamp();
        private int _told;
        private AppendResult _result;
        private Exception? _failure;

        public TimeSpan Age => Stopwatch.GetElapsedTime(_begun);

        public bool IsTold => Volatile.Read(ref _told) > 0;

        public bool IsAnswered => _failure is null;

        private AppendResult Own => new(AppendStatus.Appended, number, new JournalPosition(number));

        public void Begin(AppendWatch watch) => watch.Watch(new ValueTask<AppendResult>(_journal.Task), this, this);

        public void Answer() => _journal.SetResult(Own);

        public void AssertToldOnce()
        {
            Assert.Equal(1, _told);
            Assert.True(_failure is null ? _result == Own : _failure is TimeoutException);
        }

        void IAppendWaiter.Answered(AppendResult result, Exception? failure)
        {
            (_result, _failure) = (result, failure);
            Interlocked.Increment(ref _told);
        }

        void IWorkItemScheduler.QueueAction(Action action) => action();

        void IWorkItemScheduler.QueueAction(Action<object> action, object state) => action(state);

        void IWorkItemScheduler.QueueTask(Task task) => throw new NotSupportedException();
    }
}
