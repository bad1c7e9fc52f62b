using RecActors.Catalog;
using RecActors.Evaluation;
using RecActors.Interest;
using RecActors.Retrieval;
using RecActors.Threads;
using RecActors.Training;

namespace RecActors.Sequences;

/// <summary>Measures a sequence model on the held-out pairs as it will serve: in managed code, over all items that the user has not met.</summary>
internal sealed class SequenceQuality
{
    private const int Depth = 10;
    private const int MaxQueries = 2_000;

    private readonly CatalogReplica _catalog = new();
    private readonly List<(HistoryItem[] History, HashSet<int> Met, int Target)> _queries = [];

    public SequenceQuality(TrainingSet set, SequencePairs pairs)
    {
        // Rows are the numbers of the pairs' items.
        foreach (var item in pairs.CatalogItems)
        {
            _catalog.Intern(set.ItemIds[item]);
        }

        var every = Math.Max(1, (pairs.Held.Length + MaxQueries - 1) / MaxQueries);
        for (var place = 0; place < pairs.Held.Length; place += every)
        {
            var pair = pairs.Held.Span[place];
            _queries.Add((pairs.HistoryOf(pair, UserHistory.DefaultWindow), [.. pairs.MetBefore(pair).ToArray()], pair.Target));
        }
    }

    /// <summary>NDCG@10 of every pair that is asked about.</summary>
    public double[] Ndcgs(SequenceModel model, CancellationToken cancellationToken)
    {
        var encoder = SequenceEncoder.Bind(model, _catalog);
        var tally = new RankTally();
        foreach (var (history, met, target) in _queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BackgroundThread.GiveWay();
            var rank = 0;
            if (encoder.Encode(history) is { } user)
            {
                var hits = ExactRetriever.Search(encoder.Outputs, user, Similarity.Cosine, Depth, new Unmet(met));
                rank = Array.FindIndex(hits, hit => hit.Row == target) + 1;
            }

            tally.Add(rank);
        }

        return [.. tally.Ndcgs(Depth)];
    }

    private readonly struct Unmet(HashSet<int> met) : IRowFilter
    {
        public bool Accepts(int row) => !met.Contains(row);
    }
}
