namespace RecActors.Attribution;

/// <summary>
/// Counts what came of answers. An answer is remembered as long as its actions matter and there is room, so that an item acted on twice counts
/// once. Not safe for concurrent use.
/// </summary>
internal sealed class OnlineTally(int rememberedAnswers)
{
    /// <summary>Ranks beyond it are counted without being remembered one by one: ids of recommendations name no more.</summary>
    public const int MaxRank = 128;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Dictionary<(RecommendedList List, long Model, long HourMs), OnlineHour> _hours = [];
    private readonly Dictionary<ulong, ActedRanks> _answers = [];
    private readonly Queue<ulong> _oldest = new();

    /// <summary>Everything that is kept, oldest hour first.</summary>
    public IReadOnlyList<OnlineHour> Hours => [.. _hours.Values.OrderBy(hour => hour.HourMs).ThenBy(hour => hour.ModelVersion).ThenBy(hour => hour.List)];

    /// <summary>Begins with what was counted before.</summary>
    public void Load(IEnumerable<OnlineHour> hours)
    {
        foreach (var hour in hours)
        {
            _hours[(hour.List, hour.ModelVersion, hour.HourMs)] = hour;
        }
    }

    public void Count(in ShownAnswers shown)
    {
        var hour = HourOf(shown.List, shown.ModelVersion, shown.HourMs);
        Keep(hour with { Answers = hour.Answers + shown.Answers, Items = hour.Items + shown.Items });
    }

    /// <summary>False when the item of the answer was counted before, as click and as conversion.</summary>
    public bool Count(in AttributedAction action)
    {
        if (action.Rank is < 1 or > MaxRank)
        {
            return false;
        }

        var ranks = RanksOf(action.Answer);
        var isClick = ranks.Clicked.Add(action.Rank);
        var isConversion = action.IsConversion && ranks.Converted.Add(action.Rank);
        if (!isClick && !isConversion)
        {
            return false;
        }

        var hour = HourOf(action.List, action.ModelVersion, HourOf(action.ShownMs));
        var ndcg = NdcgOf(ranks.Clicked);
        Keep(hour with
        {
            Clicks = hour.Clicks + (isClick ? 1 : 0),
            Conversions = hour.Conversions + (isConversion ? 1 : 0),
            ClickedAnswers = hour.ClickedAnswers + (isClick && ranks.Clicked.Count == 1 ? 1 : 0),
            Ndcg = hour.Ndcg + ndcg - ranks.Ndcg,
        });
        ranks.Ndcg = ndcg;
        return true;
    }

    /// <summary>Forgets hours that are too old to be looked at.</summary>
    public void Trim(long nowMs)
    {
        foreach (var key in _hours.Keys.Where(key => key.HourMs < nowMs - (long)Kept.TotalMilliseconds).ToList())
        {
            _hours.Remove(key);
        }
    }

    /// <summary>The hour that a time is in.</summary>
    public static long HourOf(long timestampMs) => timestampMs - (timestampMs % (long)TimeSpan.FromHours(1).TotalMilliseconds);

    /// <summary>NDCG with binary relevance: the best that so many items could have had is 1.</summary>
    private static double NdcgOf(HashSet<int> ranks) => ranks.Sum(GainOf) / Enumerable.Range(1, ranks.Count).Sum(GainOf);

    private static double GainOf(int rank) => 1 / Math.Log2(rank + 1);

    private OnlineHour HourOf(RecommendedList list, long model, long hourMs) =>
        _hours.GetValueOrDefault((list, model, hourMs)) ?? new OnlineHour(list, model, hourMs, 0, 0, 0, 0, 0, 0);

    private void Keep(OnlineHour hour) => _hours[(hour.List, hour.ModelVersion, hour.HourMs)] = hour;

    private ActedRanks RanksOf(ulong answer)
    {
        if (_answers.TryGetValue(answer, out var known))
        {
            return known;
        }

        if (_oldest.Count >= rememberedAnswers)
        {
            _answers.Remove(_oldest.Dequeue());
        }

        _oldest.Enqueue(answer);
        return _answers[answer] = new ActedRanks();
    }

    private sealed class ActedRanks
    {
        public HashSet<int> Clicked { get; } = [];

        public HashSet<int> Converted { get; } = [];

        public double Ndcg { get; set; }
    }
}
