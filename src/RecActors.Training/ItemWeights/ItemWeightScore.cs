using RecActors.Evaluation;
using RecActors.Feedback;
using RecActors.ItemToItem;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.ItemWeights;

/// <summary>What item-to-item weights alone are worth: NDCG on questions, by the weights that a model has kept, as they will serve.</summary>
internal sealed class ItemWeightScore
{
    private readonly List<ValidationQuery> _queries;
    private readonly int _depth;
    private readonly Dictionary<string, int> _indexOf;
    private readonly float[] _sums;

    /// <param name="set">The items.</param>
    /// <param name="queries">The questions.</param>
    /// <param name="depth">Depth of NDCG.</param>
    public ItemWeightScore(TrainingSet set, IEnumerable<ValidationQuery> queries, int depth)
    {
        (_queries, _depth) = ([.. queries], depth);
        _indexOf = set.ItemIds.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        _sums = new float[set.ItemIds.Count];
    }

    /// <summary>Mean NDCG in [0, 1]; items without a weight from the history are not found.</summary>
    public double Ndcg(LinearItemModel model)
    {
        var itemOf = model.ItemIds.Select(id => _indexOf[id]).ToArray();
        var placeOf = new int[_sums.Length];
        Array.Fill(placeOf, -1);
        for (var place = 0; place < itemOf.Length; place++)
        {
            placeOf[itemOf[place]] = place;
        }

        var tally = new RankTally();
        foreach (var query in _queries)
        {
            Array.Clear(_sums);
            foreach (var item in query.History)
            {
                if (item.Polarity == Polarity.Positive && placeOf[item.Row] is >= 0 and var place)
                {
                    for (var index = model.Starts[place]; index < model.Starts[place + 1]; index++)
                    {
                        _sums[itemOf[model.Targets[index]]] += model.Weights[index];
                    }
                }
            }

            tally.Add(query.Targets.Where(target => _sums[target] > 0).Select(target => RankOf(target, query)), query.Targets.Length);
        }

        return tally.Ndcg(_depth);
    }

    private int RankOf(int target, ValidationQuery query)
    {
        var rank = 1;
        for (var item = 0; item < _sums.Length; item++)
        {
            var before = _sums[item] > _sums[target] || (_sums[item] == _sums[target] && item < target);
            rank += before && !query.Seen.Contains(item) ? 1 : 0;
        }

        return rank;
    }
}
