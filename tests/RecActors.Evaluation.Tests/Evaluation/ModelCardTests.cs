using RecActors.Protocols;
using RecActors.Reports;

namespace RecActors.Evaluation;

public sealed class ModelCardTests : IDisposable
{
    private readonly DataFiles _files = new();

    [Fact]
    public void Fill_Models_GivesMeansAndRangesOverTheRunsBestFirst()
    {
        WriteRun("a-seed1", ("good", 0, .5), ("bad", 0, .1));
        WriteRun("a-seed2", ("good", 0, .6), ("good", 1, .4));

        var page = ModelCard.Fill("before\n<!-- figures models a-seed* NDCG@10 -->\nold\n<!-- end -->\nafter\n", _files.Folder);

        Assert.Equal(
            """
            before
            <!-- figures models a-seed* NDCG@10 -->
            | model | NDCG@10 | fit, s | runs |
            |---|---|---|---|
            | good | .5500 (.5000–.6000) | 2.0 | 2 |
            | good, 1 late | .4000 | 2.0 | 1 |
            | bad | .1000 | 2.0 | 1 |
            <!-- end -->
            after

            """, page, ignoreLineEndingDifferences: true);
        Assert.Equal(page, ModelCard.Fill(page, _files.Folder));
    }

    [Fact]
    public void Fill_WithoutAndCost_CompareWithTheWholeModel()
    {
        WriteRun("whole", ("m", 0, .5));
        WriteRun("without-Linear", ("m", 0, .45));
        WriteRun("without-Ranks", ("m", 0, .51));

        var page = ModelCard.Fill(
            "<!-- figures without without-* whole NDCG@10 -->\n<!-- end -->\n<!-- figures cost whole -->\n<!-- end -->", _files.Folder);

        Assert.Contains("| nothing | .5000 |\n| Linear | .4500 (−.0500) |\n| Ranks | .5100 (+.0100) |\n", page, StringComparison.Ordinal);
        Assert.Contains("| set | 1,000 | 2.0 | 5.00 | 1.5 |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_ReportsOfARun_AreRead()
    {
        var plan = EvaluationPlan.Of(SampleEvents.Read(SampleEvents.Lines(25, 60, 1_200, 1)), Protocol.Prequential, new ProtocolOptions());
        var results = SampleEvents.Run(plan, ["popular"]);
        _files.Write("run.json", JsonFigures.Of(new("set", plan.Name, 1, plan.Train.Count, 25, 60, results)));

        var page = ModelCard.Fill("<!-- figures models run HR@10 MRR -->\n<!-- end --><!-- figures cost run -->\n<!-- end -->", _files.Folder);

        Assert.Contains("| popular | " + results[0].Metrics.Mean("HR@10").ToString("F4", System.Globalization.CultureInfo.InvariantCulture)[1..], page, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_Ratings_GivesMeansAndDeviationsAndADashForWhatIsNotDefined()
    {
        foreach (var (seed, mean) in new[] { (1, 1.1), (2, 1.3) })
        {
            _files.Write($"ratings-seed{seed}.json", $$$$"""{"DataSet":"set","Models":[{"Model":"MLP","Figures":{"RMSE":{"Mean":{{{{mean}}}},"Deviation":0.01},"AUC":{"Mean":null,"Deviation":null}}}]}""");
        }

        Assert.Contains(
            "| MLP | 1.2000 ± .0100 | – |\n",
            ModelCard.Fill("<!-- figures ratings ratings-seed* RMSE AUC -->\n<!-- end -->", _files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_NoSuchReport_SaysWhich()
    {
        var failure = Assert.Throws<InvalidDataException>(() => ModelCard.Fill("<!-- figures models none* HR@10 -->\n<!-- end -->", _files.Folder));
        Assert.Contains("none*.json", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private void WriteRun(string name, params (string Model, int Lag, double Ndcg)[] models) => _files.Write($"{name}.json", System.Text.Json.JsonSerializer.Serialize(new
    {
        DataSet = "set",
        Trained = 1_000,
        PeakMegabytes = 1_500,
        Models = models.Select(model => new
        {
            Name = model.Model,
            model.Lag,
            Questions = 100,
            Metrics = new Dictionary<string, double> { ["NDCG@10"] = model.Ndcg },
            FitSeconds = 2,
            ReplaySeconds = .5,
        }),
    }));
}
