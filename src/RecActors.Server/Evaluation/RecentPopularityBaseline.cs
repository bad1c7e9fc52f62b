namespace RecActors.Evaluation;

/// <summary>
/// The baseline that needs no model: items by how often they were acted on lately, every action fading by half each
/// <see cref="HalfLifeActions"/> actions of all users. Ranks over every item that was ever acted on, minus what the user has seen.
/// </summary>
internal sealed class RecentPopularityBaseline
{
    /// <summary>Half-life in actions; about the best on MovieLens.</summary>
    public const double HalfLifeActions = 1400;

    // Instead of fading every item at every action, later actions count more; both give the same order.
    private static readonly double GrowthPerAction = Math.Log(2) / HalfLifeActions;

    // Past this exponent doubles lose their small neighbours, so the scale is brought back.
    private const double RescaleExponent = 200;

    private readonly Dictionary<string, double> _scores = new(StringComparer.Ordinal);
    private double _exponent;

    /// <summary>Counts an action.</summary>
    public void Add(string itemId)
    {
        _exponent += GrowthPerAction;
        if (_exponent > RescaleExponent)
        {
            var scale = Math.Exp(-_exponent);
            foreach (var id in _scores.Keys.ToList())
            {
                _scores[id] *= scale;
            }

            _exponent = 0;
        }

        _scores[itemId] = _scores.GetValueOrDefault(itemId) + Math.Exp(_exponent);
    }

    /// <summary>The rank from 1 of an item among those that are not seen; items of equal score share the better rank's end by id. 0 when never acted on.</summary>
    public int RankOf(string itemId, IReadOnlySet<string> seen)
    {
        if (!_scores.TryGetValue(itemId, out var score))
        {
            return 0;
        }

        var rank = 1;
        foreach (var (id, other) in _scores)
        {
            var before = other > score || (other == score && string.CompareOrdinal(id, itemId) < 0);
            rank += before && !seen.Contains(id) ? 1 : 0;
        }

        return rank;
    }
}
