using Microsoft.Extensions.Logging.Abstractions;
using RecActors.LibTorch;
using RecActors.Rankers;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

public sealed class SourceWorthTests
{
    private static readonly TrainingOptions Options = new() { HiddenSizes = [8], MaxEpochs = 8 };

    public SourceWorthTests() => TorchNativeLibrary.MakeLoadable(NullLogger.Instance);

    [Fact]
    public void Run_SequenceThatNamesTheTarget_IsKeptAndSaysByHowMuch()
    {
        var report = Judge(sequenceTells: true);

        Assert.True(report.Kept);
        Assert.True(report.With > report.Without + .1, $"{report}");
    }

    [Fact]
    public void Run_SequenceThatOnlyAddsWrongCandidates_IsLeftOutWithItsFeatures()
    {
        var (worth, fit) = Run(sequenceTells: false);
        var report = worth.Reports.Single(report => report.Source == CandidateSource.Sequence);

        Assert.False(report.Kept);
        Assert.Equal([CandidateSource.Sequence], worth.Reports.Where(judged => !judged.Kept).Select(judged => judged.Source));
        Assert.Empty(fit.Model.Features.Intersect(SourceFeatures.Of(CandidateSource.Sequence)));
        Assert.NotEmpty(fit.Model.Features.Intersect(SourceFeatures.Of(CandidateSource.Embedding)));
    }

    [Fact]
    public void Run_SourceThatTheRankerLivesBy_IsKept() =>
        Assert.True(Run(sequenceTells: false).Worth.Reports.Single(report => report.Source == CandidateSource.Embedding).Kept);

    [Theory]
    [InlineData(new[] { 1d, 1, 1, 0 }, new[] { 0d, 0, 1, 0 }, true)]
    [InlineData(new[] { 1d, 1 }, new[] { 1d, 1 }, false)]
    [InlineData(new[] { 0d, 1 }, new[] { 1d, 1 }, false)]
    public void Compare_SourceWithoutGain_IsNotKept(double[] with, double[] without, bool kept)
    {
        var report = SourceWorth.Compare(CandidateSource.Linear, with, without);

        Assert.Equal(kept, report.Kept);
        Assert.Equal(with.Average() - without.Average(), report.Worth, 12);
    }

    [Fact]
    public void ToString_Report_GivesWorthAndError() =>
        Assert.Equal("Linear +0.0056 ± 0.0011 (left out)", new SourceReport(CandidateSource.Linear, .07, .0644, false) { StandardError = .0011 }.ToString());

    [Fact]
    public void Without_SourcesLeftOut_AreNeitherAskedNorBlended()
    {
        var bundle = new Models.ModelBundle
        {
            Manifest = new() { Version = 1, Dimensions = 1 },
            ItemIds = [],
            ItemVectors = [],
            FoldIn = Interest.FoldInParameters.Default with { Dimensions = 1 },
            Gram = [1],
        };

        var without = bundle.Without([CandidateSource.Sequence, CandidateSource.Transitions]);
        using var model = Models.ServingModel.Bind(Models.BundleCodec.Decode(Models.BundleCodec.Encode(without)), new());

        Assert.False(model.Asks(CandidateSource.Transitions));
        Assert.True(model.Asks(CandidateSource.Embedding));
        Assert.Equal(0, model.Blend.Transitions);
    }

    private static SourceReport Judge(bool sequenceTells) =>
        Run(sequenceTells).Worth.Reports.Single(report => report.Source == CandidateSource.Sequence);

    private static (SourceWorth Worth, RankerFit Fit) Run(bool sequenceTells)
    {
        var trainer = new RankerTrainer(Options, seed: 1);
        var (training, stopping) = (Examples(300, 1, sequenceTells), Examples(300, 2, sequenceTells));
        var worth = new SourceWorth(trainer, training, stopping, new HashSet<string>());
        var fit = worth.Run(trainer.Train(training, stopping, null, CancellationToken.None)!, _ => { }, _ => { }, CancellationToken.None);
        return (worth, fit);
    }

    /// <summary>
    /// The embedding half knows the target among its ten. The sequence either knows it, or adds ten wrong candidates that look to the
    /// embedding like the target, and says something random.
    /// </summary>
    private static RankerExamples Examples(int queries, int seed, bool sequenceTells)
    {
        var random = new Random(seed);
        var examples = new RankerExamples();
        for (var query = 0; query < queries; query++)
        {
            var features = new float[20 * FeatureSchema.Count];
            var foundBy = new byte[20];
            for (var candidate = 0; candidate < 20; candidate++)
            {
                var isTarget = candidate == 0;
                foundBy[candidate] = (byte)(1 << (int)(candidate < 10 ? CandidateSource.Embedding : CandidateSource.Sequence));
                var looks = sequenceTells ? (isTarget ? .1f : 0f) : isTarget || candidate >= 10 ? 1f : 0f;
                features[(candidate * FeatureSchema.Count) + FeatureSchema.IndexOf("FoldInSlow")] = looks + random.NextSingle();
                features[(candidate * FeatureSchema.Count) + FeatureSchema.IndexOf("Sequence")] =
                    sequenceTells && isTarget ? 3 : random.NextSingle();
            }

            examples.Add(new([.. Enumerable.Range(0, 20)], features, [0], 1) { FoundBy = foundBy });
        }

        return examples;
    }
}
