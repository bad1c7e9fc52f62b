using System.Diagnostics;
using System.Diagnostics.Metrics;
using RecActors.Requests;

namespace RecActors.Calls;

/// <summary>The gateway's instruments, under the name <c>RecActors.Gateway</c>. No ids and no user content in tags.</summary>
internal sealed class GatewayMetrics
{
    public const string Name = "RecActors.Gateway";

    private readonly Counter<long> _acknowledged;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _unavailable;
    private readonly Histogram<int> _batchEntries;
    private readonly Histogram<double> _ingest;
    private readonly Histogram<double> _recommend;
    private readonly Gauge<int> _ready;
    private readonly Meter _meter;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(Name);
        _acknowledged = meter.CreateCounter<long>(
            "recactors.gateway.feedback.acknowledged", "{action}", "Actions acknowledged as durable.");
        _refused = meter.CreateCounter<long>(
            "recactors.gateway.requests.refused", "{request}", "Requests answered with a problem, by status.");
        _retries = meter.CreateCounter<long>(
            "recactors.gateway.calls.retried", "{call}", "Grain calls tried again after a transient failure.");
        _unavailable = meter.CreateCounter<long>(
            "recactors.gateway.calls.unavailable", "{call}", "Grain calls given up after a transient failure.");
        _batchEntries = meter.CreateHistogram<int>(
            "recactors.gateway.feedback.batch", "{action}", "Actions per batch or chunk.");
        _ingest = meter.CreateHistogram<double>(
            "recactors.gateway.feedback.duration", "s", "From a parsed batch to its acknowledgement.");
        _recommend = meter.CreateHistogram<double>(
            "recactors.gateway.recommend.duration", "s", "From the query to the grain's answer.");
        _ready = meter.CreateGauge<int>(
            "recactors.health.ready", "{process}", "1 when the last readiness probe was answered with yes, 0 when with no.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public void Acknowledged(int actions, TimeSpan took)
    {
        _acknowledged.Add(actions);
        _batchEntries.Record(actions);
        _ingest.Record(took.TotalSeconds);
    }

    public void Refused(int status) => _refused.Add(1, new KeyValuePair<string, object?>("status", status));

    public void Retried() => _retries.Add(1);

    public void Unavailable() => _unavailable.Add(1);

    public void Recommended(TimeSpan took) => _recommend.Record(took.TotalSeconds);

    /// <summary>Tells how many requests may be in flight.</summary>
    public void Observe(AdmissionLimit limit) => _meter.CreateObservableGauge(
        "recactors.gateway.requests.limit", () => limit.Limit, "{request}", "Requests that may be in flight now.");

    public void Probed(bool ready) => _ready.Record(ready ? 1 : 0);
}
