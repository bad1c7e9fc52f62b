using System.Collections.Concurrent;
using System.Diagnostics;

namespace RecActors.Cluster;

/// <summary>What clients of a cluster have seen. Thread-safe.</summary>
internal sealed class TrafficReport
{
    private readonly ConcurrentQueue<string> _stale = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentQueue<string> _retries = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _gaps = new(StringComparer.Ordinal);
    private long _acknowledged;
    private long _answered;
    private long _lost;
    private long _doubled;
    private long _repliedDirectly;
    private long _faultAt;
    private long _admittedlyStale;

    /// <summary>Actions that were acknowledged.</summary>
    public long AcknowledgedCount => Interlocked.Read(ref _acknowledged);

    /// <summary>Requests that were answered.</summary>
    public long AnsweredCount => Interlocked.Read(ref _answered);

    /// <summary>Acknowledged actions that are not stored.</summary>
    public long LostCount => Interlocked.Read(ref _lost);

    /// <summary>Acknowledged actions that are stored more than once.</summary>
    public long DoubledCount => Interlocked.Read(ref _doubled);

    /// <summary>Replies and refusals of a process that was asked directly.</summary>
    public long RepliedDirectlyCount => Interlocked.Read(ref _repliedDirectly);

    /// <summary>Answers below an acknowledged version that do not say that they may be.</summary>
    public IReadOnlyCollection<string> Stale => _stale;

    /// <summary>Answers below an acknowledged version that say that they may be, since the journal did not answer in time.</summary>
    public long AdmittedlyStaleCount => Interlocked.Read(ref _admittedlyStale);

    /// <summary>Failures that the API does not call retryable.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Failures that were retried: 503, and connections to a process that died.</summary>
    public IReadOnlyCollection<string> Retries => _retries;

    /// <summary>From the last fault until the last user had an answer again.</summary>
    public TimeSpan LongestGap => _gaps.IsEmpty ? TimeSpan.Zero : _gaps.Values.Max();

    /// <summary>Users that have been answered since the last fault.</summary>
    public int AnsweredUsers => _gaps.Count;

    /// <summary>Starts the clock of <see cref="LongestGap"/>.</summary>
    public void Fault()
    {
        Interlocked.Exchange(ref _faultAt, Stopwatch.GetTimestamp());
        _gaps.Clear();
    }

    /// <summary>Whether a user has been answered since the last fault.</summary>
    public bool HasAnswered(string userId) => _gaps.ContainsKey(userId);

    public void RepliedDirectly() => Interlocked.Increment(ref _repliedDirectly);

    public void Acknowledged() => Interlocked.Increment(ref _acknowledged);

    /// <summary>A request was answered at last.</summary>
    /// <param name="userId">Of which user.</param>
    /// <param name="started">When it was first tried: one from before a fault says nothing about what came after.</param>
    public void Answered(string userId, long started)
    {
        Interlocked.Increment(ref _answered);
        var fault = Interlocked.Read(ref _faultAt);
        if (started >= fault)
        {
            _gaps.TryAdd(userId, Stopwatch.GetElapsedTime(fault));
        }

        var took = Stopwatch.GetElapsedTime(started);
        Longest = took > Longest ? took : Longest;
    }

    /// <summary>The longest time that a request took with its retries.</summary>
    public TimeSpan Longest { get; private set; }

    public void Checked(bool isFresh, string what)
    {
        if (!isFresh)
        {
            _stale.Enqueue(what);
        }
    }

    public void AdmittedlyStale() => Interlocked.Increment(ref _admittedlyStale);

    public void Failed(string what) => _failures.Enqueue(what);

    public void Retried(string what) => _retries.Enqueue(what);

    public void Lost(int count) => Interlocked.Add(ref _lost, count);

    public void Doubled(int count) => Interlocked.Add(ref _doubled, count);

    public override string ToString() =>
        $"{AcknowledgedCount} acknowledged, {AnsweredCount} answered, {LostCount} lost, {DoubledCount} doubled, {_stale.Count} stale, {AdmittedlyStaleCount} that said so, {_failures.Count} failed, {_retries.Count} retried; longest request {Longest.TotalSeconds:F2} s";
}
