using System.Diagnostics;
using System.Diagnostics.Metrics;
using RecActors.Hosting;

namespace RecActors.Users;

/// <summary>What users' actions and questions cost.</summary>
internal static class UserTelemetry
{
    private static readonly Counter<long> Actions = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.ingest.actions", "{action}", "Actions acknowledged: new, repeated, or dropped since their user was erased.");

    private static readonly Histogram<int> AppendSize = GrainTelemetry.Meter.CreateHistogram<int>(
        "recactors.journal.append.size", "{action}", "Actions in one append: above 1, coalescing works.");

    private static readonly Histogram<double> AppendDuration = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.journal.append.duration", "s", "Time until an append is durable.");

    private static readonly Counter<long> Failures = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.journal.append.failures", "{append}", "Appends refused by a newer owner, or without an answer.");

    private static readonly Counter<long> Shorter = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.journal.shorter", "{journal}", "Journals found shorter than what had been acknowledged: the store has lost actions.");

    private static readonly Counter<long> Stale = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.recommend.stale", "{answer}", "Answers from memory that the journal could not confirm.");

    private static readonly Histogram<double> Freshness = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.freshness", "s", "Time from the arrival of a change to where it is visible.");

    private static readonly Histogram<double> Encoding = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.interest.duration", "s", "Time to fold a history into an interest embedding.");

    private static readonly Counter<long> Answers = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.recommend.answers", "{answer}", "Recommendations, made anew or given again.");

    private static int _active;

    /// <summary>Read when somebody asks: two measurements for each call would cost more than the count.</summary>
    static UserTelemetry() => GrainTelemetry.Meter.CreateObservableUpDownCounter(
        "recactors.users.calls.active", () => Volatile.Read(ref _active), "{call}", "Actions and questions of users that this silo is working on: its load.");

    /// <summary>Counts a call as active until it is disposed.</summary>
    public static ActiveCall Enter()
    {
        Entered();
        return default;
    }

    /// <summary>Counts something as active until it has left.</summary>
    public static void Entered() => Interlocked.Increment(ref _active);

    public static void Left() => Interlocked.Decrement(ref _active);

    public static void Appended(int actions, TimeSpan duration)
    {
        AppendSize.Record(actions);
        AppendDuration.Record(duration.TotalSeconds);
    }

    public static void Fenced() => Failures.Add(1, new KeyValuePair<string, object?>("reason", "fenced"));

    public static void Ambiguous() => Failures.Add(1, new KeyValuePair<string, object?>("reason", "unanswered"));

    public static void FoundShorter() => Shorter.Add(1);

    public static void AnsweredStale() => Stale.Add(1);

    public static void Acknowledged(int actions, int appended, TimeSpan sinceArrival)
    {
        Actions.Add(appended, new KeyValuePair<string, object?>("outcome", "appended"));
        if (actions > appended)
        {
            Actions.Add(actions - appended, new KeyValuePair<string, object?>("outcome", "repeated"));
        }

        // From the acknowledgement on, every answer of the user sees the action.
        Freshness.Record(sinceArrival.TotalSeconds, new KeyValuePair<string, object?>("view", "user"));
    }

    /// <summary>Actions of an erased user.</summary>
    public static void Dropped(int actions) => Actions.Add(actions, new KeyValuePair<string, object?>("outcome", "erased"));

    public static void Encoded(TimeSpan duration) => Encoding.Record(duration.TotalSeconds);

    public static void Answered(bool reused) => Answers.Add(1, new KeyValuePair<string, object?>("reused", reused));

    public static Activity? Start(string name) => GrainTelemetry.Activities.StartActivity(name);

    /// <summary>A call that has been counted as active.</summary>
    internal readonly struct ActiveCall : IDisposable
    {
        public void Dispose() => Left();
    }
}
