using System.Text.RegularExpressions;
using RecActors.Protocols;
using RecActors.Reports;

namespace RecActors.Evaluation;

public sealed partial class EvaluationRunTests
{
    private static readonly EvaluationPlan Plan =
        EvaluationPlan.Of(SampleEvents.Read(SampleEvents.Lines(users: 25, items: 60, events: 1_200, seed: 1)), Protocol.Prequential, new ProtocolOptions());

    [Fact]
    public void Run_SameSeedTwice_IsTheSameToTheLastDigit()
    {
        string[] models = ["recactors", "ials", "ease", "itemknn"];
        Assert.Equal(Figures(SampleEvents.Run(Plan, models)), Figures(SampleEvents.Run(Plan, models)));
    }

    [Fact]
    public void Run_Frozen_IsFittedOnceAndKnowsNothingOfTheReplay()
    {
        var results = SampleEvents.Run(Plan, ["transitions", "transitions-frozen"]);
        Assert.Equal(["transitions", "transitions-frozen"], results.Select(result => result.Name));
        Assert.True(results[0].Metrics.Mean("NDCG@10") > results[1].Metrics.Mean("NDCG@10"));
    }

    [Fact]
    public void Run_WithLambdas_TradesAccuracyForDiversityInOneFit()
    {
        var results = new EvaluationRun(Plan, new ReplayOptions(), TimeProvider.System) { Lambdas = [1f, 0.5f, 0f] }
            .Run(["recactors", "popular"], [0], SampleEvents.Catalog, new(Plan, SampleEvents.QuickTraining, 1), null, TestContext.Current.CancellationToken);

        Assert.Equal(["recactors", "recactors, λ 1", "recactors, λ 0.5", "recactors, λ 0", "popular"], results.Select(result => result.Title));
        Assert.Equal(results[0].Metrics["NDCG@10"], results[1].Metrics["NDCG@10"]);
        Assert.True(results[1].Diversity < results[3].Diversity && results[1].Metrics.Mean("NDCG@10") > results[3].Metrics.Mean("NDCG@10"));
        Assert.Contains("intra-list diversity, by λ", HtmlReport.Of(new("sample", Plan.Name, 1, Plan.Train.Count, 25, 60, results)), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithALagLongerThanTheReplay_IsFrozen()
    {
        var late = SampleEvents.Run(Plan, ["transitions"], new ReplayOptions { Lag = 10_000 });
        var frozen = SampleEvents.Run(Plan, ["transitions-frozen"]);
        Assert.Equal(frozen[0].Metrics["NDCG@10"], late[0].Metrics["NDCG@10"]);
    }

    [Fact]
    public void Run_OnLearnableActions_IsFarAboveChance()
    {
        var plan = PlanOf(isNoise: false);
        Assert.True(SampleEvents.Run(plan, ["recactors"])[0].Metrics.Mean("HR@10") > 3 * Chance(plan));
    }

    [Fact]
    public void Run_OnShuffledItems_IsAtChance()
    {
        var plan = PlanOf(isNoise: true);
        var chance = Chance(plan);
        Assert.All(SampleEvents.Run(plan, ["recactors", "itemknn", "transitions"]), result =>
        {
            // Four standard errors of a share over independent questions.
            var tolerated = 4 * Math.Sqrt(chance * (1 - chance) / result.Metrics.Count);
            Assert.InRange(result.Metrics.Mean("HR@10"), chance - tolerated, chance + tolerated);
        });
    }

    [Fact]
    public void Run_Sampled_RanksOnlyTheRelevantAndTheDrawn()
    {
        var fitted = SampleEvents.Catalog.Create("popular").Fit(new(Plan, SampleEvents.QuickTraining, 1), null, TestContext.Current.CancellationToken);
        Assert.All(SampleEvents.Answers(fitted, Plan, new ReplayOptions { Sampled = 5 }), answer => Assert.InRange(answer.Items.Length, 1, 6));
    }

    [Fact]
    public void Run_UnknownModel_NamesThoseThatThereAre()
    {
        var error = Assert.Throws<InvalidDataException>(() => SampleEvents.Run(Plan, ["bert4rec"]));
        Assert.Contains("recactors, recactors-linear, recactors-blend, ials", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfARun_NeedsNothingElse()
    {
        var results = new EvaluationRun(Plan, new ReplayOptions(), TimeProvider.System)
            .Run(["transitions", "transitions-frozen", "popular"], [0, 1], SampleEvents.Catalog, new(Plan, SampleEvents.QuickTraining, 1), null, TestContext.Current.CancellationToken);
        var html = HtmlReport.Of(new("<sample>", Plan.Name, 1, Plan.Train.Count, 25, 60, results));

        Assert.Equal(5, html.Split("<svg ").Length - 1);
        Assert.Contains("What freshness is worth", html, StringComparison.Ordinal);
        Assert.Contains("<td class=left>transitions, 1 late<td>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=left>transitions-frozen<td>", html, StringComparison.Ordinal);

        // Plots of one page share its ids: none may stand twice, and all that are used must be there.
        var ids = ClipPath().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Superset(ClipUse().Matches(html).Select(match => match.Groups[1].Value).ToHashSet(), ids.ToHashSet());
        Assert.Contains("&lt;sample&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
    }

    private static EvaluationPlan PlanOf(bool isNoise) => EvaluationPlan.Of(
        SampleEvents.Read(SampleEvents.Lines(users: 40, items: 200, events: 2_500, seed: 2, isNoise)), Protocol.Prequential, new ProtocolOptions());

    private static double Chance(EvaluationPlan plan) => 10d / (plan.All.ItemIds.Count - ((double)plan.Train.Count / plan.All.UserIds.Count));

    private static IEnumerable<string> Figures(IReadOnlyList<ModelResult> results) =>
        from result in results from name in result.Metrics.Names select $"{result.Name} {name} {result.Metrics.Mean(name):R}";

    [GeneratedRegex("<clipPath id=\"([^\"]+)\"")]
    private static partial Regex ClipPath();

    [GeneratedRegex(@"url\(#([^)]+)\)")]
    private static partial Regex ClipUse();
}
