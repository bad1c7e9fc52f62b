using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Feedback;

namespace RecActors.Attribution;

/// <summary>
/// Counts the answers that this gateway gives and the actions that name one, for its metrics and for the next report to
/// <see cref="IOnlineQualityGrain"/>. Nothing of a user is kept. Thread-safe.
/// </summary>
internal sealed class OnlineQuality
{
    /// <summary>Actions that wait for a report; while none gets through, more are counted by this process' metrics only.</summary>
    private const int MaxWaiting = 100_000;

    private readonly RecommendationIds _ids;
    private readonly TimeProvider _time;
    private readonly AttributionOptions _options;
    private readonly HashSet<string> _conversions;
    private readonly HashSet<string> _ignored;
    private readonly Lock _gate = new();
    private Dictionary<(RecommendedList List, long Model, long Hour), (long Answers, long Items)> _shown = [];
    private readonly ConcurrentQueue<AttributedAction> _acted = [];
    private readonly Counter<long> _answers;
    private readonly Counter<long> _impressions;
    private readonly Counter<long> _clicks;
    private readonly Counter<long> _converted;
    private readonly Counter<double> _gain;
    private readonly Counter<long> _unattributed;

    public OnlineQuality(RecommendationIds ids, IOptions<AttributionOptions> options, IMeterFactory meters, TimeProvider time)
    {
        (_ids, _time, _options) = (ids, time, options.Value);
        _conversions = [.. AttributionOptions.Split(_options.ConversionTypes)];
        _ignored = [.. AttributionOptions.Split(_options.IgnoredTypes)];
        var meter = meters.Create(GatewayMetrics.Name);
        _answers = meter.CreateCounter<long>("recactors.recommendations.answers", "{answer}", "Recommendations given, by list and model.");
        _impressions = meter.CreateCounter<long>("recactors.recommendations.impressions", "{item}", "Items in them.");
        _clicks = meter.CreateCounter<long>("recactors.recommendations.clicks", "{action}", "Actions on items that a recommendation named, conversions included.");
        _converted = meter.CreateCounter<long>("recactors.recommendations.conversions", "{action}", "Those of them that are conversions.");
        _gain = meter.CreateCounter<double>("recactors.recommendations.gain", "1", "The sum of their discounted gains, 1 / log2(rank + 1): by answers, the mean DCG.");
        _unattributed = meter.CreateCounter<long>("recactors.recommendations.unattributed", "{action}", "Actions that named a recommendation and count for none, by reason.");
    }

    /// <summary>Counts an answer.</summary>
    public void Shown(RecommendedList list, long modelVersion, int items)
    {
        var tags = Tags(list, modelVersion);
        _answers.Add(1, tags);
        _impressions.Add(items, tags);
        var hour = HourOf(_time.GetUtcNow().ToUnixTimeMilliseconds());
        lock (_gate)
        {
            ref var counted = ref CollectionsMarshal.GetValueRefOrAddDefault(_shown, (list, modelVersion, hour), out _);
            counted = (counted.Answers + 1, counted.Items + items);
        }
    }

    /// <summary>Counts what an action that was acknowledged came of. An id that does not hold costs the action nothing.</summary>
    public void Acted(in PlacedAction placed)
    {
        if (placed.RecommendationId is not { } text || placed.Action.Operation == FeedbackOperation.Remove || _ignored.Contains(placed.Action.FeedbackType))
        {
            return;
        }

        if (_ids.Read(text, placed.UserId) is not { } id)
        {
            Unattributed("invalid");
        }
        else if (id.RankOf(placed.Action.ItemId) is 0)
        {
            Unattributed("item");
        }
        else if (_time.GetUtcNow().ToUnixTimeMilliseconds() - id.TimestampMs > _options.Window.TotalMilliseconds)
        {
            Unattributed("late");
        }
        else
        {
            Count(id, id.RankOf(placed.Action.ItemId), _conversions.Contains(placed.Action.FeedbackType));
        }
    }

    /// <summary>Takes what has not been reported yet. Actions first: so none is in a report ahead of the answer that it names.</summary>
    public (IReadOnlyList<ShownAnswers> Shown, IReadOnlyList<AttributedAction> Acted) Take()
    {
        var acted = new List<AttributedAction>();
        while (acted.Count < MaxWaiting && _acted.TryDequeue(out var action))
        {
            acted.Add(action);
        }

        Dictionary<(RecommendedList List, long Model, long Hour), (long Answers, long Items)> shown;
        lock (_gate)
        {
            shown = _shown;
            _shown = [];
        }

        return ([.. shown.Select(hour => new ShownAnswers(hour.Key.List, hour.Key.Model, hour.Key.Hour, hour.Value.Answers, hour.Value.Items))], acted);
    }

    private void Count(RecommendationId id, int rank, bool isConversion)
    {
        var tags = Tags(id.List, id.ModelVersion);
        _clicks.Add(1, tags);
        _gain.Add(1 / Math.Log2(rank + 1), tags);
        if (isConversion)
        {
            _converted.Add(1, tags);
        }

        if (_acted.Count < MaxWaiting)
        {
            _acted.Enqueue(new AttributedAction(id.List, id.ModelVersion, id.TimestampMs, id.Answer, rank, isConversion));
        }
    }

    private void Unattributed(string reason) => _unattributed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static TagList Tags(RecommendedList list, long modelVersion) => new()
    {
        { "list", NameOf(list) },
        { "model", modelVersion },
    };

    /// <summary>The names are part of the API.</summary>
    public static string NameOf(RecommendedList list) => list switch
    {
        RecommendedList.Recommend => "recommend",
        RecommendedList.Session => "session",
        RecommendedList.CollaborativeFiltering => "collaborative-filtering",
        _ => list.ToString(),
    };

    private static long HourOf(long timestampMs) => timestampMs - (timestampMs % (long)TimeSpan.FromHours(1).TotalMilliseconds);
}
