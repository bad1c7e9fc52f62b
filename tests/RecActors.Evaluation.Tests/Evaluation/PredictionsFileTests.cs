using RecActors.Protocols;

namespace RecActors.Evaluation;

/// <summary>Scores the predictions from the files alone, with nothing of the product's code, and compares with what was printed.</summary>
public sealed class PredictionsFileTests : IDisposable
{
    private readonly DataFiles _files = new();

    [Theory]
    [InlineData("transitions")]
    [InlineData("itemknn")]
    [InlineData("recactors")]
    public void Prequential_ScoredIndependently_GivesTheSameFigures(string model)
    {
        var lines = SampleEvents.Lines(users: 20, items: 60, events: 900, seed: 3);
        var plan = EvaluationPlan.Of(SampleEvents.Read(lines), Protocol.Prequential, new ProtocolOptions());
        var path = Path.Combine(_files.Folder, "predictions.tsv");
        var printed = SampleEvents.Run(plan, [model], predictions: path)[0].Metrics;

        // The question's number is the place of its event among the last fifth of the lines, which are in the order of time.
        var arriving = lines[(int)(lines.Length * .8)..].Select(line => line.Split('\t')).ToArray();
        var ranks = File.ReadLines(path).Select(line => line.Split('\t')).Select(fields =>
        {
            var action = arriving[int.Parse(fields[1], null)];
            Assert.Equal(action[0], fields[0]);
            return Array.IndexOf(fields[2].Split(','), action[1]) + 1;
        }).ToArray();

        Assert.Equal(printed.Count, ranks.Length);
        Assert.Equal(ranks.Average(rank => rank is > 0 and <= 10 ? 1 / Math.Log2(rank + 1) : 0), printed.Mean("NDCG@10"), 1e-12);
        Assert.Equal(ranks.Average(rank => rank is > 0 and <= 20 ? 1d : 0), printed.Mean("HR@20"), 1e-12);
        Assert.Equal(ranks.Average(rank => rank is > 0 and <= 20 ? 1d : 0), printed.Mean("Recall@20"), 1e-12);
        Assert.Equal(ranks.Average(rank => rank > 0 ? 1d / rank : 0), printed.Mean("MRR"), 1e-12);
    }

    [Fact]
    public void Split_ScoredIndependently_GivesTheSameFigures()
    {
        var random = new Random(4);
        string[] Lines(int count) => [.. Enumerable.Range(0, 25).Select(user => $"{user} " + string.Join(' ', Enumerable.Range(0, count).Select(_ => random.Next(80))))];
        _files.Write("train.txt", Lines(12));
        _files.Write("valid.txt", Lines(2));
        _files.Write("test.txt", Lines(5));
        var plan = EvaluationPlan.Of(_files.Read(Formats.DataFormat.LightGcn), Protocol.Split, new ProtocolOptions());
        var path = Path.Combine(_files.Folder, "predictions.tsv");
        var printed = SampleEvents.Run(plan, ["itemknn"], predictions: path)[0].Metrics;

        Dictionary<string, HashSet<string>> Sets(string name) => File.ReadLines(Path.Combine(_files.Folder, name))
            .Select(line => line.Split(' ')).ToDictionary(fields => fields[0], fields => fields[1..].ToHashSet());
        var (train, test) = (Sets("train.txt"), Sets("test.txt"));
        var (ndcg, recall) = (new List<double>(), new List<double>());
        foreach (var fields in File.ReadLines(path).Select(line => line.Split('\t')))
        {
            var items = fields[2].Split(',');
            var relevant = test[fields[0]].Except(train[fields[0]]).ToHashSet();
            Assert.Empty(items.Intersect(train[fields[0]]));
            var hits = Enumerable.Range(0, Math.Min(20, items.Length)).Where(place => relevant.Contains(items[place])).ToArray();
            recall.Add((double)hits.Length / relevant.Count);
            ndcg.Add(hits.Sum(place => 1 / Math.Log2(place + 2)) / Enumerable.Range(0, Math.Min(20, relevant.Count)).Sum(place => 1 / Math.Log2(place + 2)));
        }

        Assert.Equal(ndcg.Average(), printed.Mean("NDCG@20"), 1e-12);
        Assert.Equal(recall.Average(), printed.Mean("Recall@20"), 1e-12);
    }

    public void Dispose() => _files.Dispose();
}
