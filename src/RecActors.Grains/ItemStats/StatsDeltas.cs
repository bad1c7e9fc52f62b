using RecActors.Catalog;
using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>Between increments in this silo's rows and deltas in ids.</summary>
internal static class StatsDeltas
{
    /// <summary>A delta for each partition that has increments. Increments of one pair or item are summed first.</summary>
    public static Dictionary<int, StatsDelta> Of(
        IEnumerable<PairIncrement> pairs, IEnumerable<PopularityIncrement> popularity, CatalogReplica catalog, int partitions)
    {
        var deltas = new Dictionary<int, DeltaBuilder>();
        foreach (var pair in pairs.GroupBy(pair => (pair.Source, pair.Target)))
        {
            BuilderOf(pair.Key.Source).Add(pair.Aggregate((a, b) => a with
            {
                Transition = a.Transition + b.Transition,
                Next = a.Next + b.Next,
                Cooccurrence = a.Cooccurrence + b.Cooccurrence,
            }));
        }

        foreach (var item in popularity.GroupBy(item => item.Row))
        {
            BuilderOf(item.Key).Add(item.Aggregate((a, b) => a with
            {
                Count = a.Count + b.Count,
                Events = a.Events + b.Events,
                TimestampMs = Math.Min(a.TimestampMs, b.TimestampMs),
            }));
        }

        return deltas.ToDictionary(pair => pair.Key, pair => pair.Value.Build());

        DeltaBuilder BuilderOf(int row)
        {
            // By id and not by row, which every silo numbers for itself.
            var partition = (int)(Feedback.EventIds.HashOf(catalog.IdOf(row)) % (uint)partitions);
            if (!deltas.TryGetValue(partition, out var builder))
            {
                deltas.Add(partition, builder = new DeltaBuilder(catalog));
            }

            return builder;
        }
    }

    /// <summary>Applies a delta to this silo's replica.</summary>
    public static void Apply(StatsDelta delta, LiveItemStatistics statistics, CatalogReplica catalog)
    {
        var rows = Array.ConvertAll(delta.ItemIds, catalog.Intern);
        var pairs = new PairIncrement[delta.Sources.Span.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            var values = delta.Pairs.Span.Slice(i * 3, 3);
            pairs[i] = new PairIncrement(rows[delta.Sources.Span[i]], rows[delta.Targets.Span[i]], values[0], values[1], values[2]);
        }

        var popularity = new PopularityIncrement[delta.Items.Span.Length];
        for (var i = 0; i < popularity.Length; i++)
        {
            var values = delta.Popularity.Span.Slice(i * 2, 2);
            popularity[i] = new PopularityIncrement(rows[delta.Items.Span[i]], values[0], delta.TimesMs.Span[i], values[1]);
        }

        statistics.Apply(pairs, popularity);
    }

    private sealed class DeltaBuilder(CatalogReplica catalog)
    {
        private readonly Dictionary<int, int> _indexes = [];
        private readonly List<string> _itemIds = [];
        private readonly List<PairIncrement> _pairs = [];
        private readonly List<PopularityIncrement> _popularity = [];

        public void Add(PairIncrement pair) => _pairs.Add(pair with { Source = IndexOf(pair.Source), Target = IndexOf(pair.Target) });

        public void Add(PopularityIncrement item) => _popularity.Add(item with { Row = IndexOf(item.Row) });

        public StatsDelta Build() => new(
            [.. _itemIds],
            new([.. _pairs.Select(pair => pair.Source)]),
            new([.. _pairs.Select(pair => pair.Target)]),
            new([.. _pairs.SelectMany(pair => new[] { pair.Transition, pair.Next, pair.Cooccurrence })]),
            new([.. _popularity.Select(item => item.Row)]),
            new([.. _popularity.SelectMany(item => new[] { item.Count, item.Events })]),
            new([.. _popularity.Select(item => item.TimestampMs)]));

        private int IndexOf(int row)
        {
            if (!_indexes.TryGetValue(row, out var index))
            {
                _indexes.Add(row, index = _itemIds.Count);
                _itemIds.Add(catalog.IdOf(row));
            }

            return index;
        }
    }
}
