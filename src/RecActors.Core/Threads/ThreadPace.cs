using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RecActors.Threads;

/// <summary>
/// Rests between pieces of one thread's work while others want the processors, which shows in the time that it could have run and did not. A nice value
/// is not enough: beside a refit on two cores the slowest percent of answers took five times as long with it alone, and twice with the rests. Linux only.
/// Of one thread.
/// </summary>
internal sealed partial class ThreadPace
{
    private const int ThreadCpuClock = 3;

    /// <summary>A thread that could not run for a larger share of its time has company.</summary>
    private const double WaitedShare = .05;

    /// <summary>Rest after as much work: beside company the thread takes a fifth of a processor.</summary>
    private const double RestPerWork = 4;

    private static readonly TimeSpan LeastWork = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MostRest = TimeSpan.FromMilliseconds(100);

    private long _since = Stopwatch.GetTimestamp();
    private TimeSpan _usedBefore = Used();

    /// <summary>Sleeps, if it is time to.</summary>
    public void Rest()
    {
        var passed = Stopwatch.GetElapsedTime(_since);
        if (passed < LeastWork)
        {
            return;
        }

        var rest = RestAfter(passed, Used() - _usedBefore);
        if (rest > TimeSpan.Zero)
        {
#pragma warning disable RS0030 // The thread is one of its own for this work, and rests on purpose.
            Thread.Sleep(rest);
#pragma warning restore RS0030
        }

        (_since, _usedBefore) = (Stopwatch.GetTimestamp(), Used());
    }

    /// <summary>How long to rest after some time, of which the thread ran so much.</summary>
    internal static TimeSpan RestAfter(TimeSpan passed, TimeSpan ran)
    {
        if (passed - ran <= passed * WaitedShare)
        {
            return TimeSpan.Zero;
        }

        var rest = ran * RestPerWork;
        return rest < MostRest ? rest : MostRest;
    }

    private static TimeSpan Used() => GetTime(ThreadCpuClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
        : TimeSpan.Zero;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
