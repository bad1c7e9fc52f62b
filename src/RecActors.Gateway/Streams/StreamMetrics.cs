using System.Diagnostics.Metrics;
using RecActors.Calls;

namespace RecActors.Streams;

/// <summary>What became of the stream's entries, and how far behind the group is.</summary>
internal sealed class StreamMetrics
{
    private readonly Counter<long> _entries;
    private readonly Gauge<long> _lag;
    private readonly Gauge<long> _pending;

    public StreamMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMetrics.Name);
        _entries = meter.CreateCounter<long>("recactors.streams.entries", "{entry}", "Entries of the stream that are done, by outcome: applied, or dead.");
        _lag = meter.CreateGauge<long>("recactors.streams.lag", "{entry}", "Entries that no consumer of the group has taken yet.");
        _pending = meter.CreateGauge<long>("recactors.streams.pending", "{entry}", "Entries that consumers of the group have taken and not acknowledged.");
    }

    public void Applied(int entries) => _entries.Add(entries, new KeyValuePair<string, object?>("outcome", "applied"));

    public void Dead() => _entries.Add(1, new KeyValuePair<string, object?>("outcome", "dead"));

    public void Observed(long lag, long pending)
    {
        _lag.Record(lag);
        _pending.Record(pending);
    }
}
