using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RecActors.Storage;

/// <summary>The storage's metrics and traces, both under <see cref="Name"/>.</summary>
internal sealed class StorageTelemetry : IDisposable
{
    public const string Name = "RecActors.Storage";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _activities = new(Name);
    private readonly ConcurrentQueue<Measurement<double>> _startParts = new();
    private readonly Counter<long> _appends;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _folded;
    private readonly Histogram<int> _groupSize;
    private readonly Histogram<double> _commitSeconds;

    public StorageTelemetry()
    {
        _meter.CreateObservableGauge("recactors.start.duration", () => _startParts, "s", "How long a part of this process' start took; the part check is one of the part storage.");
        _appends = _meter.CreateCounter<long>("recactors.storage.appends", "{append}", "Appends that became durable.");
        _entries = _meter.CreateCounter<long>("recactors.storage.entries", "{entry}", "Journal entries that became durable.");
        _failures = _meter.CreateCounter<long>("recactors.storage.commit.failures", "{commit}", "Groups of writes that failed.");
        _folded = _meter.CreateCounter<long>("recactors.storage.folded", "{user}", "User snapshots rewritten by checkpoints.");
        _groupSize = _meter.CreateHistogram<int>("recactors.storage.group.size", "{write}", "Writes that shared a commit.");
        _commitSeconds = _meter.CreateHistogram(
            "recactors.storage.commit.duration",
            "s",
            "Time to write and sync a group.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5],
            });
    }

    /// <summary>Reports the length of the journal's log, in entries.</summary>
    public void ObserveTail(Func<long> entries) =>
        _meter.CreateObservableGauge("recactors.storage.tail", entries, "{entry}", "Entries in the log that no checkpoint has folded.");

    /// <summary>Reports how many reasons there are to fear for acknowledged data.</summary>
    public void ObserveFindings(Func<int> findings) =>
        _meter.CreateObservableGauge("recactors.redis.findings", findings, "{finding}", "Settings of Redis by which it could lose what was acknowledged; the log names them.");

    /// <summary>False when <see cref="StartAppend"/> starts nothing, whatever comes.</summary>
    public bool TracesAppends => Activity.Current is not null && _activities.HasListeners();

    /// <summary>
    /// A span for an append inside a traced request; by itself an append is not worth a trace. To be started in a method that is async: it would
    /// stay the current one of any other's caller.
    /// </summary>
    public Activity? StartAppend(int entries) => Activity.Current is null
        ? null
        : _activities.StartActivity("storage.append")?.SetTag("recactors.entries", entries);

    public Activity? StartCheckpoint() => _activities.StartActivity("storage.checkpoint");

    /// <summary>A part of the start is done. Nobody listens that early, so it is kept.</summary>
    public void Started(string part, TimeSpan took) =>
        _startParts.Enqueue(new Measurement<double>(took.TotalSeconds, new KeyValuePair<string, object?>("part", part)));

    public void Committed(int writes, TimeSpan elapsed)
    {
        _groupSize.Record(writes);
        _commitSeconds.Record(elapsed.TotalSeconds);
    }

    public void Failed() => _failures.Add(1);

    public void Appended(int appends, int entries)
    {
        _appends.Add(appends);
        _entries.Add(entries);
    }

    public void Folded(int users) => _folded.Add(users);

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }
}
