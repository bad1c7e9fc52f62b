using System.Diagnostics;
using System.Globalization;

namespace RecActors.Bench;

/// <summary>Processor time used up to a moment: by a server, by its store, by this process, and by everything on the machine (Linux only, else 0).</summary>
internal readonly record struct MachineUse(TimeSpan Server, TimeSpan Store, TimeSpan Self, TimeSpan All)
{
    private const string StatFile = "/proc/stat";
    private const double TicksPerSecond = 100;

    /// <summary>The fields of the first line of /proc/stat in which a processor waits for work.</summary>
    private const int IdleField = 3, IoWaitField = 4;

    /// <summary>What others used, in processors' time.</summary>
    public TimeSpan Foreign => All > Server + Store + Self ? All - Server - Store - Self : TimeSpan.Zero;

    public static MachineUse operator -(MachineUse later, MachineUse earlier) =>
        new(later.Server - earlier.Server, later.Store - earlier.Store, later.Self - earlier.Self, later.All - earlier.All);

    public static MachineUse Read(int? serverId, int? storeId) =>
        new(TimeOf(serverId), TimeOf(storeId), TimeOf(Process.GetCurrentProcess()), ReadAll());

    private static TimeSpan TimeOf(int? processId) => processId is { } id ? TimeOf(Process.GetProcessById(id)) : TimeSpan.Zero;

    private static TimeSpan TimeOf(Process process)
    {
        using (process)
        {
            return process.TotalProcessorTime;
        }
    }

    private static TimeSpan ReadAll()
    {
        if (!File.Exists(StatFile))
        {
            return TimeSpan.Zero;
        }

        // user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in the first two already.
        var fields = File.ReadLines(StatFile).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9];
        var busy = fields.Where((_, field) => field is not (IdleField or IoWaitField)).Sum(field => double.Parse(field, CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds(busy / TicksPerSecond);
    }
}
