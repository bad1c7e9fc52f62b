namespace RecActors.Ranking;

/// <summary>
/// Draws a ranking instead of taking the best one, so that what is shown also tells of what is usually not: each place goes to one of the items that are
/// left, with a probability in proportion to exp(relevance / temperature) (Luce, "Individual Choice Behavior", 1959; Plackett, "The analysis of
/// permutations", 1975). The probability of each choice is what inverse propensity scoring divides by. Relevance is scaled to [0, 1] over the ranking.
/// </summary>
internal static class PlackettLuce
{
    /// <summary>The relevance of what was chosen, or has no room.</summary>
    private const double Gone = double.NegativeInfinity;

    private const double SmallestSum = 1e-200;

    /// <param name="scores">Relevance, best first.</param>
    /// <param name="temperature">Above 0: at 0.1, an item that is a tenth of the range less relevant is chosen e times less often.</param>
    /// <param name="random">Draws.</param>
    /// <param name="rows">The items' rows, which the caps ask for.</param>
    /// <param name="caps">Leaves out what has no room any more; null for no caps.</param>
    /// <param name="order">Receives the chosen positions; its length says how many at most.</param>
    /// <param name="propensities">Receives the probability of each choice, given those before it; as long as <paramref name="order"/>.</param>
    /// <returns>How many were chosen.</returns>
    public static int Draw(
        ReadOnlySpan<float> scores, float temperature, Random random, ReadOnlySpan<int> rows, CategoryCaps? caps, Span<int> order, Span<float> propensities)
    {
        var (relevance, weights) = (new double[scores.Length], new double[scores.Length]);
        var range = scores.IsEmpty ? 0 : scores[0] - scores[^1];
        for (var i = 0; i < relevance.Length; i++)
        {
            relevance[i] = range > 0 ? (scores[i] - scores[0]) / (double)range / temperature : 0;
        }

        Weigh(relevance, weights);
        for (var place = 0; place < order.Length; place++)
        {
            var sum = SumOfLeft(relevance, weights, rows, caps);
            if (sum < SmallestSum)
            {
                // What is left is so unlikely beside what was best that the weights vanish: it is weighed anew.
                Weigh(relevance, weights);
                sum = SumOfLeft(relevance, weights, rows, caps);
                if (sum <= 0)
                {
                    return place;
                }
            }

            var chosen = Choose(weights, random.NextDouble() * sum);
            order[place] = chosen;
            propensities[place] = (float)(weights[chosen] / sum);
            (relevance[chosen], weights[chosen]) = (Gone, 0);
            caps?.TryTake(rows[chosen]);
        }

        return order.Length;
    }

    /// <summary>The weights of what is left, 1 for the best of it.</summary>
    private static void Weigh(double[] relevance, double[] weights)
    {
        var best = relevance.Length == 0 ? 0 : relevance.Max();
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = relevance[i] == Gone ? 0 : Math.Exp(relevance[i] - best);
        }
    }

    private static double SumOfLeft(double[] relevance, double[] weights, ReadOnlySpan<int> rows, CategoryCaps? caps)
    {
        var sum = 0d;
        for (var i = 0; i < weights.Length; i++)
        {
            if (caps is not null && relevance[i] != Gone && !caps.HasRoom(rows[i]))
            {
                (relevance[i], weights[i]) = (Gone, 0);
            }

            sum += weights[i];
        }

        return sum;
    }

    private static int Choose(double[] weights, double target)
    {
        var last = -1;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
            {
                continue;
            }

            last = i;
            target -= weights[i];
            if (target < 0)
            {
                break;
            }
        }

        return last;
    }
}
