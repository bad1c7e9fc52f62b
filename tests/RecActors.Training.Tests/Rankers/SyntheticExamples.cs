using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>Queries whose target follows from two of the features by a rule that is not linear, with some noise.</summary>
internal static class SyntheticExamples
{
    public static RankerExamples Generate(int queries, int seed, int candidates = 20, bool varies = true)
    {
        var random = new Random(seed);
        var examples = new RankerExamples();
        for (var query = 0; query < queries; query++)
        {
            var count = candidates - (query % 3);
            var features = new float[count * FeatureSchema.Count];
            var label = 0;
            var best = double.NegativeInfinity;
            for (var candidate = 0; candidate < count; candidate++)
            {
                var row = features.AsSpan(candidate * FeatureSchema.Count, FeatureSchema.Count);
                for (var i = 0; i < 4; i++)
                {
                    row[i] = varies ? (float)((random.NextDouble() * 4) - 2) : 1;
                }

                var interest = row[0] + Math.Abs(row[1]) + (random.NextDouble() * .2);
                (label, best) = interest > best ? (candidate, interest) : (label, best);
            }

            examples.Add(new([.. Enumerable.Range(0, count)], features, query % 5 == 4 ? [] : [label], 1));
        }

        return examples;
    }
}
