using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

public sealed class ModelTrainerTests
{
    private static readonly TrainingOptions Quick = new()
    {
        Dimensions = 8,
        Sweeps = 3,
        SearchSeconds = .05,
        SequenceSeconds = 0,
        LinearItems = 200,
        MaxEpochs = 6,
        HiddenSizes = [16],
        Window = 50,
    };

    private readonly ModelTrainer _trainer = new(
        Options.Create(new RankingOptions()), Options.Create(new ItemStatisticsOptions()), TimeProvider.System, NullLogger<ModelTrainer>.Instance);

    [Fact]
    public async Task TrainAsync_UsersWithTastes_BeatsPopularityAndBindsToACatalog()
    {
        var set = SyntheticSets.Tastes(users: 80, items: 300, events: 6_000);

        var (bundle, gate) = await TrainAsync(set, new TrainingPlan { Version = 7, Reason = "schedule", Options = Quick });

        Assert.True(gate.Passed, gate.Reason);
        Assert.Equal("popularity", gate.Baseline);
        Assert.InRange(gate.Queries, 50, 300);
        Assert.True(gate.Candidate["ndcg@10"] > 1.5 * gate.Reference["ndcg@10"], gate.Reason);
        Assert.Equal((7, "schedule", 6_000, 80), (bundle.Manifest.Version, bundle.Manifest.Reason, bundle.Manifest.Events, bundle.Manifest.Users));
        Assert.Equal(set.Cut.Value, bundle.Manifest.JournalCut);
        Assert.Equal(gate.Candidate["ndcg@10"], bundle.Manifest.Metrics["ndcg@10"]);
        Assert.NotNull(bundle.Ranker);
        Assert.NotNull(bundle.Projection);
        using var model = ServingModel.Bind(bundle, ReplayState.CatalogOf(set));
        Assert.Equal(7, model.Version);
    }

    [Fact]
    public async Task TrainAsync_UsersWhoGoFromItemToItem_PublishesTheSequenceModelOnlyIfItIsWorthSomething()
    {
        var set = SyntheticSets.Tastes(users: 80, items: 300, events: 6_000);
        var options = new TrainingOptions { Dimensions = 8, Sweeps = 3, SearchSeconds = 0, MaxEpochs = 4, HiddenSizes = [16], SequenceSeconds = 2 };

        var (bundle, gate) = await TrainAsync(set, new TrainingPlan { Version = 7, Options = options });

        var sequence = gate.Sources.Single(report => report.Source == CandidateSource.Sequence);
        Assert.Equal(sequence.Kept, bundle.Sequence is not null);
        Assert.Contains("Sequence", gate.Reason, StringComparison.Ordinal);
        Assert.Equal(sequence.With - sequence.Without, bundle.Manifest.Metrics["sources.Sequence.worth"]);
    }

    [Fact]
    public async Task TrainAsync_SameSetPlanAndSeed_GivesTheSameBundle()
    {
        var set = SyntheticSets.Tastes();
        var plan = new TrainingPlan { Version = 1, Options = Quick };

        var first = await TrainAsync(set, plan);
        var second = await TrainAsync(set, plan);

        Assert.Equal(Bytes(first.Bundle), Bytes(second.Bundle));
        Assert.Equal(first.Gate.Candidate, second.Gate.Candidate);
    }

    [Fact]
    public async Task TrainAsync_MoreThreads_GiveTheSameBundle()
    {
        var set = SyntheticSets.Tastes();
        TrainingPlan Plan(int threads) => new()
        {
            Version = 1,
            Options = new() { Dimensions = 8, Sweeps = 3, SearchSeconds = .05, SequenceSeconds = .5, LinearItems = 100, MaxEpochs = 3, HiddenSizes = [8], Threads = threads },
        };

        var alone = await TrainAsync(set, Plan(1));
        var together = await TrainAsync(set, Plan(3));

        Assert.Equal(Bytes(alone.Bundle), Bytes(together.Bundle));
    }

    [Theory]
    [InlineData(RankerKind.Mlp)]
    [InlineData(RankerKind.None)]
    public async Task TrainAsync_WithoutSourcesAndFeatures_NeitherAsksNorReadsThem(RankerKind ranker)
    {
        var options = new TrainingOptions
        {
            Dimensions = 8,
            Sweeps = 3,
            SearchSeconds = 0,
            LinearItems = 100,
            MaxEpochs = 3,
            Ranker = ranker,
            WithoutSources = [CandidateSource.Sequence, CandidateSource.Linear, CandidateSource.Transitions, CandidateSource.Trending],
            WithoutFeatures = [FeatureGroup.Years],
        };

        var (bundle, gate) = await TrainAsync(SyntheticSets.Tastes(), new TrainingPlan { Version = 1, Options = options });

        Assert.True(bundle is { Sequence: null, Linear: null });
        Assert.Equal((0, 0, 0, 0), (bundle.Blend.Transitions, bundle.Blend.Sequence, bundle.Blend.Linear, bundle.Blend.Popularity));
        Assert.Subset(bundle.WithoutSources.ToHashSet(), new HashSet<CandidateSource> { CandidateSource.Transitions, CandidateSource.Trending });
        Assert.Empty((bundle.Ranker?.Features ?? []).Intersect(options.FeaturesExcluded));
        Assert.DoesNotContain(gate.Sources, source => options.WithoutSources.Contains(source.Source));
    }

    [Fact]
    public async Task TrainAsync_NoRankerWanted_ServesByTheBlendThatValidationChose()
    {
        var set = SyntheticSets.Tastes(users: 80, items: 300, events: 6_000);
        var options = new TrainingOptions { Dimensions = 8, Sweeps = 3, SearchSeconds = 0, SequenceSeconds = 0, LinearItems = 200, Ranker = RankerKind.None };

        var (bundle, gate) = await TrainAsync(set, new TrainingPlan { Version = 1, Options = options });

        Assert.Null(bundle.Ranker);
        Assert.NotEqual(new BlendWeights { Linear = .5f }, bundle.Blend);
        Assert.Equal([CandidateSource.Linear], gate.Sources.Select(source => source.Source));
        Assert.True(gate.Candidate["ndcg@10"] > 1.5 * gate.Reference["ndcg@10"], gate.Reason);
    }

    [Fact]
    public async Task TrainAsync_WithServingModelOfOlderActions_ComparesWithItAsItIs()
    {
        var older = SyntheticSets.Tastes(users: 100, events: 5_000);
        var newer = SyntheticSets.Tastes(users: 100, events: 5_600);
        var serving = await TrainAsync(older, new TrainingPlan { Version = 1, Options = Quick });

        var (_, gate) = await TrainAsync(newer, new TrainingPlan { Version = 2, Serving = serving.Bundle, Options = Quick });

        Assert.Equal("model 1", gate.Baseline);
        Assert.True(gate.Passed, gate.Reason);
    }

    [Fact]
    public async Task TrainAsync_ServingModelKnowsTheNewestActions_ComparesItsRankerOnNewSources()
    {
        var set = SyntheticSets.Tastes();
        var serving = await TrainAsync(set, new TrainingPlan { Version = 1, Options = Quick });

        var (_, gate) = await TrainAsync(set, new TrainingPlan { Version = 2, Serving = serving.Bundle, Options = Quick });

        // The same data and seed give the same ranker, so the figures must be the same, too.
        Assert.Equal("the ranker of model 1 on the new sources", gate.Baseline);
        Assert.Equal(gate.Reference["ndcg@10"], gate.Candidate["ndcg@10"]);
        Assert.True(gate.Passed, gate.Reason);
    }

    [Fact]
    public async Task TrainAsync_ModelMuchWorseThanServing_IsRefusedWithReason()
    {
        var set = SyntheticSets.Tastes(users: 100, events: 5_600);
        var good = await TrainAsync(set, new TrainingPlan { Version = 1, Options = Quick });
        var ranker = good.Bundle.Ranker!;
        var upsideDown = ranker.Layers[^1] with { Weights = [.. ranker.Layers[^1].Weights.Select(weight => -weight)] };
        var bad = new GateProbe(set, new TrainingPlan { Version = 2, Serving = good.Bundle, Options = Quick })
            .Judge(ranker with { Layers = [.. ranker.Layers.SkipLast(1), upsideDown] });

        Assert.False(bad.Passed);
        Assert.Contains("tolerated", bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_RankerOfShuffledLabels_IsRefusedBesideOneOfTrueLabels()
    {
        var set = SyntheticSets.Tastes(users: 100, events: 5_600);
        var good = await TrainAsync(set, new TrainingPlan { Version = 1, Options = Quick });
        var probe = new GateProbe(set, new TrainingPlan { Version = 2, Serving = good.Bundle, Options = Quick });

        Assert.True(probe.Judge(probe.TrainRanker(shuffled: false)).Passed);
        var refused = probe.Judge(probe.TrainRanker(shuffled: true));
        Assert.False(refused.Passed, refused.Reason);
    }

    [Fact]
    public async Task TrainAsync_WithoutTimes_TrainsOnHeldOutActionsOfEveryUser()
    {
        var (bundle, gate) = await TrainAsync(SyntheticSets.Tastes(times: false), new TrainingPlan { Version = 1, Options = Quick });

        Assert.True(gate.Passed, gate.Reason);
        Assert.True(gate.Queries > 0);
        Assert.Equal(3_000, bundle.Manifest.Events);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrainAsync_WithoutAttributes_RanksByActionsAlone(bool times)
    {
        var (bundle, gate) = await TrainAsync(
            SyntheticSets.Tastes(users: 80, items: 300, events: 6_000, times, attributes: false), new TrainingPlan { Version = 1, Options = Quick });

        Assert.Null(bundle.Projection);
        Assert.DoesNotContain("CategoryProfile", bundle.Ranker!.Features);
        Assert.DoesNotContain("ReleaseYear", bundle.Ranker.Features);
        Assert.Equal(times, bundle.Ranker.Features.Contains("ItemAge"));
        Assert.True(gate.Candidate["ndcg@10"] > 1.5 * gate.Reference["ndcg@10"], gate.Reason);
    }

    public static TheoryData<string> SmallSets => ["nothing", "catalog only", "one event", "one user", "one item", "two users"];

    [Theory]
    [MemberData(nameof(SmallSets))]
    public async Task TrainAsync_TooLittleForARanker_GivesABundleThatServesWithoutOne(string name)
    {
        var set = name switch
        {
            "nothing" => SyntheticSets.Of(),
            "catalog only" => SyntheticSets.Tastes(events: 0),
            "one event" => SyntheticSets.Of(("u", "a", 1)),
            "one user" => SyntheticSets.Of([.. Enumerable.Range(0, 30).Select(i => ("u", $"i{i}", (long)i))]),
            "one item" => SyntheticSets.Of([.. Enumerable.Range(0, 30).Select(i => ($"u{i}", "a", (long)i))]),
            _ => SyntheticSets.Of(("u", "a", 1), ("v", "a", 2), ("u", "b", 3)),
        };

        var (bundle, gate) = await TrainAsync(set, new TrainingPlan { Version = 1, Options = Quick });

        Assert.Null(bundle.Ranker);
        Assert.NotEmpty(gate.Reason);
        var catalog = ReplayState.CatalogOf(set);
        using var model = ServingModel.Bind(BundleCodec.Decode(BundleCodec.Encode(bundle)), catalog);
        var statistics = new ItemStatistics(new());
        statistics.Import(bundle.Statistics, catalog.Intern);
        var answer = new RecommendationEngine(catalog, statistics, new()).Recommend(model, new UserContext { UserId = "new" }, new() { Count = 5 });
        Assert.Equal(Math.Min(5, set.Items.Count(item => item is not null)), answer.Items.Count);
    }

    [Fact]
    public async Task TrainAsync_Bundle_KnowsWhatWasTrendingAtItsEnd()
    {
        var set = SyntheticSets.Tastes();
        var end = set.Events.TimestampMs.Max();

        var (bundle, _) = await TrainAsync(set, new TrainingPlan { Version = 1, Options = Quick });

        var catalog = ReplayState.CatalogOf(set);
        var (imported, replayed) = (new ItemStatistics(new()), new ReplayState(set, Quick.Window, new(), new()));
        imported.TrendingItems.MoveTo(end);
        imported.Import(BundleCodec.Decode(BundleCodec.Encode(bundle)).Statistics, catalog.Intern);
        for (var index = 0; index < set.Events.Count; index++)
        {
            replayed.Advance(index);
        }

        Assert.NotEmpty(imported.TrendingItems.Ranked("1w", end)!);
        Assert.Equal(
            replayed.Statistics.TrendingItems.Ranked("1w", end)!.Select(item => (replayed.Catalog.IdOf(item.Row), item.Score)).Order(),
            imported.TrendingItems.Ranked("1w", end)!.Select(item => (catalog.IdOf(item.Row), item.Score)).Order());
    }

    [Fact]
    public async Task TrainAsync_ValidationGiven_AsksItAndLearnsNothingOfIt()
    {
        var set = SyntheticSets.Tastes(users: 80, items: 300, events: 6_000);

        var (bundle, gate) = await TrainAsync(set, new TrainingPlan { Version = 1, Options = Quick, ValidationFrom = 5_000 });

        var learned = await TrainAsync(SyntheticSets.Tastes(users: 80, items: 300, events: 5_000), new TrainingPlan { Version = 1, Options = Quick });
        Assert.Equal(Bytes(learned.Bundle).Single(file => file.Name == "statistics.bin"), Bytes(bundle).Single(file => file.Name == "statistics.bin"));
        Assert.True(gate.Candidate["ndcg@10"] > 1.5 * gate.Reference["ndcg@10"], gate.Reason);
    }

    [Fact]
    public async Task TrainAsync_Running_ReportsEveryStageInOrder()
    {
        var steps = new List<TrainingProgress>();

        await _trainer.TrainAsync(
            SyntheticSets.Tastes(), new TrainingPlan { Version = 1, Options = Quick }, new Immediate(steps.Add), TestContext.Current.CancellationToken);

        Assert.Equal(Enum.GetValues<TrainingStage>(), steps.Select(step => step.Stage).Distinct());
        Assert.Equal(steps.Select(step => step.Fraction).Order(), steps.Select(step => step.Fraction));
        Assert.Equal(1, steps[^1].Fraction);
    }

    [Theory]
    [InlineData(TrainingStage.Preparing)]
    [InlineData(TrainingStage.Searching)]
    [InlineData(TrainingStage.FittingSources)]
    [InlineData(TrainingStage.Replaying)]
    [InlineData(TrainingStage.TrainingRanker)]
    [InlineData(TrainingStage.Gating)]
    [InlineData(TrainingStage.Refitting)]
    public async Task TrainAsync_CancelledInAnyStage_Stops(TrainingStage stage)
    {
        using var cancellation = new CancellationTokenSource();
        var later = new List<TrainingStage>();
        var progress = new Immediate(step =>
        {
            later.Add(step.Stage);
            if (step.Stage == stage)
            {
                cancellation.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _trainer.TrainAsync(SyntheticSets.Tastes(), new TrainingPlan { Version = 1, Options = Quick }, progress, cancellation.Token));
        Assert.Equal(stage, later[^1]);
    }

    public static TheoryData<string, TrainingOptions> WrongOptions => new()
    {
        { nameof(TrainingOptions.Dimensions), new() { Dimensions = 0 } },
        { nameof(TrainingOptions.Regularization), new() { Regularization = [0] } },
        { nameof(TrainingOptions.Alpha0), new() { Alpha0 = [] } },
        { nameof(TrainingOptions.Decays), new() { Decays = [1, float.NaN] } },
        { nameof(TrainingOptions.HiddenSizes), new() { HiddenSizes = [0] } },
        { nameof(TrainingOptions.RankerSlice), new() { RankerSlice = .5 } },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public async Task TrainAsync_OptionOutOfRange_SaysWhich(string name, TrainingOptions options)
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(
            () => TrainAsync(SyntheticSets.Of(), new TrainingPlan { Version = 1, Options = options }));

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>At the usual priority: one that gives way waits for whatever else the machine does.</summary>
    private Task<TrainingOutcome> TrainAsync(TrainingSet set, TrainingPlan plan) =>
        _trainer.TrainAsync(set, plan with { GivesWay = false }, null, TestContext.Current.CancellationToken);

    private static IEnumerable<(string Name, string Content)> Bytes(ModelBundle bundle) =>
        BundleCodec.Encode(bundle with { Manifest = bundle.Manifest with { CreatedMs = 0, TrainingSeconds = 0 } }).Files
            .Select(file => (file.Key, Convert.ToHexString(file.Value.Span))).Order();

    private sealed class Immediate(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
