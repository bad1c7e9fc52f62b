using System.Runtime.InteropServices;

namespace RecActors.Threads;

/// <summary>
/// Runs long arithmetic on a thread of its own that gives way to all that serve. .NET ignores <see cref="ThreadPriority"/> on Linux, so
/// there the thread lowers its own nice value, which Linux has for each thread (setpriority(2)); the threads that it starts inherit it.
/// </summary>
public static partial class BackgroundThread
{
    /// <summary>Linux gives it a thirtieth of a core beside one thread of the usual priority that wants all of it, and all when nobody else does.</summary>
    public const int Nice = 15;

    private const int OfThread = 0;
    private const uint Calling = 0;

    [ThreadStatic]
    private static bool _isCurrent;

    /// <summary>True on a thread that was started here to give way: work that it asks for is best done on it.</summary>
    public static bool IsCurrent => _isCurrent;

    /// <summary>Starts the work; the task ends as it ends.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="work">Should not wake threads of the pool: one that the pool starts for it would inherit the priority, and serve with it.</param>
    /// <param name="cancellationToken">An <see cref="OperationCanceledException"/> after its cancellation cancels the task.</param>
    public static Task<T> RunAsync<T>(string name, Func<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        // This one keeps its priority and completes the task, since completing it may make the pool start a thread.
        var caller = new Thread(() => Run(name, work, done, cancellationToken)) { IsBackground = true, Name = name };
        caller.Start();
        return done.Task;
    }

    private static void Run<T>(string name, Func<T> work, TaskCompletionSource<T> done, CancellationToken cancellationToken)
    {
        var (result, failure) = (default(T), (Exception?)null);
        var worker = new Thread(() =>
        {
            LowerOwnPriority();
            _isCurrent = true;
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
        })
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.BelowNormal,
        };
        worker.Start();
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

    private static void LowerOwnPriority()
    {
        if (OperatingSystem.IsLinux())
        {
            // To give way is always allowed; where it fails all the same, the work is done at the usual priority.
            _ = SetPriority(OfThread, Calling, Nice);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
