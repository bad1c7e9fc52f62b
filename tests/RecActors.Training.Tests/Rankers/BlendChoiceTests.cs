using RecActors.Ranking;

namespace RecActors.Rankers;

public sealed class BlendChoiceTests
{
    private const int Candidates = 10;

    [Fact]
    public void Best_OneSignalTells_WeighsItAboveTheOthers()
    {
        var (training, stopping) = (Examples(400, 1), Examples(400, 2));
        var choice = new BlendChoice(training, stopping, []);

        var best = choice.Best(new BlendWeights());

        Assert.True(best.Cooccurrence > 4 * Math.Max(best.Transitions, best.FoldIn), $"{best}");
        Assert.True(choice.Ndcg(best) > choice.Ndcg(new BlendWeights()) + .1, $"{choice.Ndcg(best)} and {choice.Ndcg(new BlendWeights())}");
    }

    [Fact]
    public void Best_FewQueries_StaysWithTheDefaults() =>
        Assert.Equal(new BlendWeights(), new BlendChoice(Examples(100, 1), Examples(100, 2), []).Best(new BlendWeights()));

    [Fact]
    public void WithoutWorthless_LearnedSourceThatSaysNothing_GoesAndIsReported()
    {
        var choice = new BlendChoice(Examples(400, 1), Examples(400, 2), []);

        var weights = choice.WithoutWorthless(new BlendWeights { Cooccurrence = 1, Sequence = 1 });

        var report = Assert.Single(choice.Reports);
        Assert.Equal((CandidateSource.Sequence, false), (report.Source, report.Kept));
        Assert.Equal(0, weights.Sequence);
        Assert.True(report.Without > report.With);
    }

    /// <summary>Co-occurrence knows the target, everything else is noise; half of the candidates come from the sequence model alone.</summary>
    private static RankerExamples Examples(int queries, int seed)
    {
        var random = new Random(seed);
        var examples = new RankerExamples();
        var told = BlendSignals.PlaceOf(nameof(BlendWeights.Cooccurrence));
        for (var query = 0; query < queries; query++)
        {
            var target = random.Next(Candidates / 2);
            var signals = new float[Candidates * BlendSignals.Count];
            for (var place = 0; place < signals.Length; place++)
            {
                signals[place] = (float)((random.NextDouble() * 4) - 2) + (place == (told * Candidates) + target ? 1.5f : 0);
            }

            examples.Add(new([.. Enumerable.Range(0, Candidates)], new float[Candidates * FeatureSchema.Count], [target], 1)
            {
                Signals = signals,
                FoundBy = [.. Enumerable.Range(0, Candidates).Select(candidate => (byte)(1 << (int)(candidate < Candidates / 2 ? CandidateSource.Cooccurrence : CandidateSource.Sequence)))],
            });
        }

        return examples;
    }

    private static class BlendSignals
    {
        // The order in which an example has them.
        private static readonly string[] Names =
            [nameof(BlendWeights.FoldIn), nameof(BlendWeights.Transitions), nameof(BlendWeights.Cooccurrence), nameof(BlendWeights.Popularity), nameof(BlendWeights.Sequence), nameof(BlendWeights.Linear)];

        public static int Count => Names.Length;

        public static int PlaceOf(string name) => Array.IndexOf(Names, name);
    }
}
