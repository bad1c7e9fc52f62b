using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RecActors.Threads;

/// <summary>
/// Runs long arithmetic on a thread of its own that gives way to all that serve. .NET ignores <see cref="ThreadPriority"/> on Linux, so there the thread
/// lowers its own nice value, which Linux has for each thread (setpriority(2)), or asks for the idle policy as well (sched(7)); helpers do the same,
/// since where a process may, .NET gives a thread that it starts the usual policy. Where it may not, as without privileges, a thread stays at the policy and at least
/// the nice value of the one that started it. Whoever wakes takes the processor from a thread of the idle policy at once, and is sent to a processor that has no others as to an idle one.
/// A high nice value does neither: the thread keeps its slice of milliseconds, and each hop of an answer may wait for one.
/// </summary>
public static partial class BackgroundThread
{
    /// <summary>Linux gives it a thirtieth of a core beside one thread of the usual priority that wants all of it, and all when nobody else does.</summary>
    public const int Nice = 15;

    /// <summary>SCHED_IDLE.</summary>
    internal const int IdlePolicy = 5;

    /// <summary>How long a thread that gives way works before it makes room.</summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    /// <summary>Enough to fall idle: who waits for another processor is fetched at the beginning of it.</summary>
    private const uint RestMicroseconds = 100;

    private const int OfThread = 0;
    private const uint Calling = 0;

    [ThreadStatic]
    private static bool _isCurrent;

    /// <summary>Where a thread of idle time has threads started that are not to inherit its policy; null on all others.</summary>
    [ThreadStatic]
    private static BlockingCollection<Action>? _starter;

    [ThreadStatic]
    private static long _turnSince;

    /// <summary>True on a thread that was started here to give way: work that it asks for is best done on it.</summary>
    public static bool IsCurrent => _isCurrent;

    /// <summary>Starts the work; the task ends as it ends.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="work">Should not wake threads of the pool: one that the pool starts for it would inherit the priority, and serve with it.</param>
    /// <param name="cancellationToken">An <see cref="OperationCanceledException"/> after its cancellation cancels the task.</param>
    /// <param name="onlyIdleTime">
    /// True only for work that nobody waits for and that takes no lock of those who serve: beside a thread that wants all of a core it gets a three-hundredth
    /// of it, and a thread that is preempted within a lock keeps all who want it waiting for as long as others fill the processors.
    /// </param>
    public static Task<T> RunAsync<T>(string name, Func<T> work, CancellationToken cancellationToken, bool onlyIdleTime = false)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        // This one keeps its priority and completes the task, since completing it may make the pool start a thread.
        var caller = new Thread(() => Run(name, work, done, onlyIdleTime, cancellationToken)) { IsBackground = true, Name = name };
        if (_starter is null)
        {
            caller.Start();
        }
        else
        {
            _starter.Add(() => Start(caller, done), CancellationToken.None);
        }

        return done.Task;
    }

    /// <summary>
    /// A piece of work that holds up what serves until it is done, as a read transaction does the database's log: on the calling thread, or, for one that has
    /// only idle time, on a thread of a low priority that is sure to get on, for which the calling one waits.
    /// </summary>
    public static T RunSteadily<T>(string name, Func<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _starter is null ? work() : RunAsync(name, work, cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>
    /// To be called often, without a lock that those who serve take: on a thread that gives way it rests for a moment after each turn, on others it does nothing. Linux takes a thread that never
    /// sleeps for load, whatever its policy: it then lets who wakes queue where they ran last, without a look at the processor that would make room at once. One that falls idle fetches them.
    /// </summary>
    public static void GiveWay()
    {
        if (_isCurrent && Stopwatch.GetElapsedTime(_turnSince) >= Turn && OperatingSystem.IsLinux())
        {
            _ = Sleep(RestMicroseconds);
            _turnSince = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>What a thread that the calling one starts for its work is to do: the work, giving way as the calling one does.</summary>
    internal static ThreadStart Helping(Action work)
    {
        if (!_isCurrent)
        {
            return new ThreadStart(work);
        }

        var starter = _starter;
        return () =>
        {
            Lower(starter);
            work();
        };
    }

    private static void Run<T>(string name, Func<T> work, TaskCompletionSource<T> done, bool onlyIdleTime, CancellationToken cancellationToken)
    {
        var (result, failure) = (default(T), (Exception?)null);
        using var starter = onlyIdleTime ? new BlockingCollection<Action>() : null;
        var worker = new Thread(() =>
        {
            Lower(starter);
            try
            {
                result = work();
            }
#pragma warning disable CA1031 // Whatever it was, whoever awaits has to hear of it; on this thread it would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            starter?.CompleteAdding();
        })
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.BelowNormal,
        };
        if (!Start(worker, done))
        {
            return;
        }

        foreach (var start in starter?.GetConsumingEnumerable(CancellationToken.None) ?? [])
        {
            start();
        }

        worker.Join();
        switch (failure)
        {
            case null:
                done.SetResult(result!);
                break;
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                done.SetCanceled(cancellationToken);
                break;
            default:
                done.SetException(failure);
                break;
        }
    }

    /// <summary>Starts a thread, or fails the task where the system has none left.</summary>
    private static bool Start<T>(Thread thread, TaskCompletionSource<T> done)
    {
        try
        {
            thread.Start();
            return true;
        }
        catch (OutOfMemoryException failure)
        {
            done.SetException(failure);
            return false;
        }
    }

    private static void Lower(BlockingCollection<Action>? starter)
    {
        (_isCurrent, _starter) = (true, starter);
        if (OperatingSystem.IsLinux())
        {
            // To give way is always allowed; where it fails all the same, as in some sandboxes, the work is done at what priority there is.
            _ = SetPriority(OfThread, Calling, Nice);
            if (starter is not null)
            {
                _ = SetScheduler((int)Calling, IdlePolicy, default);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, in SchedulingParameter parameter);

    [LibraryImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sleep(uint microseconds);

    /// <summary>sched_param; the idle policy knows only 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct SchedulingParameter
    {
        public readonly int Priority;
    }
}
