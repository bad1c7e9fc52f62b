using RecActors.Formats;
using RecActors.Protocols;

namespace RecActors.Evaluation;

/// <summary>
/// Data that are hardly any, by every protocol that ranks: each model gives defined figures, or the run says why there are none. The table in
/// docs/evaluation.md says the same; rating prediction has its own tests beside its models.
/// </summary>
public sealed class DegenerateDataTests : IDisposable
{
    private const string Seen = "leaves nothing to ask";

    private readonly DataFiles _files = new();

    public static TheoryData<string> Models => [.. RecommenderCatalog.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void OneUser_EveryModelAndProtocol_IsAskedAndDefined(string model)
    {
        AssertDefined(model, Arriving([.. Enumerable.Range(0, 20).Select(index => $"u\ti{index}\t1\t{index + 1}")]), questions: 4);
        AssertDefined(model, Sequences(Protocol.Prequential, "u " + Items(0, 20)), questions: 5);
        AssertDefined(model, Sequences(Protocol.LeaveLastOut, "u " + Items(0, 20)), questions: 1);
        AssertDefined(model, Split(["u " + Items(0, 18)], ["u " + Items(18, 20)]), questions: 1);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void OneItem_EveryModel_AsksOfUsersThatHaveNotSeenIt(string model)
    {
        AssertDefined(model, Arriving([.. Enumerable.Range(0, 20).Select(index => $"u{index}\ti\t1\t{index + 1}")]), questions: 4);
        AssertDefined(model, Split([.. Enumerable.Range(0, 19).Select(user => $"u{user} i")], ["u19 i", "u0 i"]), questions: 1);
    }

    [Theory]
    [InlineData(Protocol.Prequential)]
    [InlineData(Protocol.LeaveLastOut)]
    public void OneItem_Sequences_LeaveNothingToPredict(Protocol protocol) => Assert.Contains(
        "leaves no event to predict",
        Assert.Throws<InvalidDataException>(() => Sequences(protocol, [.. Enumerable.Range(0, 20).Select(user => $"u{user} i")])).Message,
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Models))]
    public void UsersAndItemsOfTheTestAlone_EveryModelAndProtocol_CountAsMisses(string model)
    {
        AssertDefined(model, Arriving([.. Enumerable.Range(0, 20).Select(index => $"u{index}\ti{index}\t1\t{index + 1}")]), questions: 4, hits: 0);
        AssertDefined(model, Sequences(Protocol.Prequential, "a x new1", "b x y new2"), questions: 3);
        AssertDefined(model, Sequences(Protocol.LeaveLastOut, "a x y new1", "b x y new2"), questions: 2);
        AssertDefined(model, Split(["a x y", "b x z"], ["a new1", "stranger y new2"]), questions: 2);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ItemThatNobodyWasSeenWith_EveryModelButTheProduct_IsAMiss(string model)
    {
        // The product fills up from the catalog, as a site wants it to; the others rank what they know.
        var plan = Split(["a x y", "b x z", "c y z"], ["a new"]);
        Assert.Equal(model.StartsWith("recactors", StringComparison.Ordinal) ? 1 : 0, SampleEvents.Run(plan, [model])[0].Metrics.Mean("HR@10"));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void DuplicateEvents_EveryModelAndProtocol_AskOnce(string model)
    {
        AssertDefined(model, Arriving("a\tx\t1\t1", "a\tx\t1\t1", "b\tx\t1\t2", "a\tx\t1\t3", "b\ty\t1\t4", "a\ty\t1\t5", "a\ty\t1\t5"), questions: 1);
        AssertDefined(model, Sequences(Protocol.Prequential, "a x y y y", "b x y x z"), questions: 3);
        AssertDefined(model, Sequences(Protocol.LeaveLastOut, "a x y y z", "b x y x x"), questions: 1);
        AssertDefined(model, Split(["a x x y", "b x z", "a y"], ["a z z", "b y y x"]), questions: 2);
    }

    [Fact]
    public void ItemsSeenBefore_AloneToPredict_SaysSo()
    {
        Assert.Contains(Seen, Assert.Throws<InvalidDataException>(() => Split(["a x y"], ["a x"])).Message, StringComparison.Ordinal);
        Assert.Contains(Seen, Assert.Throws<InvalidDataException>(() => Sequences(Protocol.LeaveLastOut, "a x y x")).Message, StringComparison.Ordinal);
        Assert.Contains(Seen, Assert.Throws<InvalidDataException>(() => Arriving("a\tx\t1\t1", "a\tx\t1\t2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SplitUserWithoutTraining_IsAskedAsAStranger() =>
        Assert.Equal(1, SampleEvents.Run(Split(["0 1 2", "1 1 3"], ["9 1"]), ["itemknn"])[0].Metrics.Mean("HR@10"));

    [Fact]
    public void SplitWithoutTrainingOrTest_SaysWhichIsMissing()
    {
        Assert.Contains("no event to train on", Assert.Throws<InvalidDataException>(() => Split([], ["a x"])).Message, StringComparison.Ordinal);
        Assert.Contains("no event to predict", Assert.Throws<InvalidDataException>(() => Split(["a x"], [])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private static string Items(int from, int to) => string.Join(' ', Enumerable.Range(from, to - from).Select(item => $"i{item}"));

    private static EvaluationPlan Arriving(params string[] lines) => EvaluationPlan.Of(SampleEvents.Read(lines), Protocol.Prequential, new ProtocolOptions { TrainFraction = .8 });

    private static EvaluationPlan Sequences(Protocol protocol, params string[] lines) =>
        EvaluationPlan.Of(SampleEvents.Read(lines, DataFormat.Sequences), protocol, new ProtocolOptions());

    private EvaluationPlan Split(string[] train, string[] test)
    {
        _files.Write("train.txt", train);
        _files.Write("test.txt", test);
        return EvaluationPlan.Of(_files.Read(DataFormat.LightGcn), Protocol.Split, new ProtocolOptions());
    }

    private static void AssertDefined(string model, EvaluationPlan plan, int questions, double? hits = null)
    {
        var metrics = SampleEvents.Run(plan, [model])[0].Metrics;
        Assert.Equal(questions, metrics.Count);
        Assert.All(metrics.Names, name => Assert.InRange(metrics.Mean(name), 0, 1));
        Assert.Equal(hits ?? metrics.Mean("HR@10"), metrics.Mean("HR@10"));
    }
}
