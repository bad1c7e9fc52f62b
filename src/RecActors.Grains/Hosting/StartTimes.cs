using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace RecActors.Hosting;

/// <summary>How long this process took to become ready, and its parts: in the log and as <c>recactors.start.duration</c>. One per silo. Thread-safe.</summary>
internal sealed partial class StartTimes(TimeProvider time, ILogger<StartTimes> logger)
{
    private static readonly Gauge<double> Duration = GrainTelemetry.Meter.CreateGauge<double>(
        "recactors.start.duration", "s", "How long a part of this process' start took; the part process begins with the process, all that went before included.");

    private readonly ConcurrentQueue<(string Part, double Seconds)> _parts = new();

    /// <summary>Does a part of the start.</summary>
    public async Task MeasureAsync(string part, Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var started = time.GetTimestamp();
        await work();
        Add(part, time.GetElapsedTime(started));
    }

    /// <summary>Tells everything, once the silo is ready.</summary>
    public void Ready()
    {
        using var process = Process.GetCurrentProcess();
        var all = time.GetUtcNow() - process.StartTime.ToUniversalTime();
        Add("process", all);
        LogReady(all.TotalSeconds, string.Join(", ", _parts.SkipLast(1).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Part} {part.Seconds:F2} s"))));
    }

    private void Add(string part, TimeSpan took)
    {
        _parts.Enqueue((part, took.TotalSeconds));
        Duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("part", part));
    }

    [LoggerMessage(LogLevel.Information, "Ready {Seconds:F2} s after the process began: {Parts}")]
    private partial void LogReady(double seconds, string parts);
}
