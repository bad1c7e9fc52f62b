using RecActors.Formats;
using RecActors.Protocols;

namespace RecActors.Evaluation;

/// <summary>Data that are hardly any: every model gives defined figures.</summary>
public sealed class DegenerateDataTests : IDisposable
{
    private readonly DataFiles _files = new();

    public static TheoryData<string> Models => [.. RecommenderCatalog.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void OneUser_EveryModel_AnswersWithinTheRange(string model) =>
        AssertDefined(model, [.. Enumerable.Range(0, 20).Select(index => $"u\ti{index}\t1\t{index + 1}")]);

    [Theory]
    [MemberData(nameof(Models))]
    public void OneItem_EveryModel_AsksOfUsersThatHaveNotSeenIt(string model) =>
        AssertDefined(model, [.. Enumerable.Range(0, 20).Select(index => $"u{index}\ti\t1\t{index + 1}")]);

    [Theory]
    [MemberData(nameof(Models))]
    public void UsersAndItemsOfTheTestAlone_EveryModel_CountsMisses(string model) =>
        AssertDefined(model, [.. Enumerable.Range(0, 20).Select(index => $"u{index}\ti{index}\t1\t{index + 1}")]);

    [Fact]
    public void ItemsSeenBefore_AreNoQuestions()
    {
        var plan = EvaluationPlan.Of(
            SampleEvents.Read(["a\tx\t1\t1", "a\ty\t1\t2", "b\tx\t1\t3", "a\tx\t1\t4", "b\ty\t1\t5"]), Protocol.Prequential, new ProtocolOptions { TrainFraction = .5 });
        Assert.Equal(2, SampleEvents.Run(plan, ["popular"])[0].Metrics.Count);
    }

    [Fact]
    public void SplitUserWithoutTraining_IsAskedAsAStranger()
    {
        _files.Write("train.txt", "0 1 2", "1 1 3");
        _files.Write("test.txt", "9 1");
        var plan = EvaluationPlan.Of(_files.Read(DataFormat.LightGcn), Protocol.Split, new ProtocolOptions());
        Assert.Equal(1, SampleEvents.Run(plan, ["itemknn"])[0].Metrics.Mean("HR@10"));
    }

    public void Dispose() => _files.Dispose();

    private static void AssertDefined(string model, string[] lines)
    {
        var plan = EvaluationPlan.Of(SampleEvents.Read(lines), Protocol.Prequential, new ProtocolOptions());
        var metrics = SampleEvents.Run(plan, [model])[0].Metrics;
        Assert.All(metrics.Names, name => Assert.InRange(metrics.Mean(name), 0, 1));
    }
}
