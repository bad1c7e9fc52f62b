using RecActors.Formats;

namespace RecActors.Protocols;

public sealed class EvaluationPlanTests : IDisposable
{
    private readonly DataFiles _files = new();

    [Fact]
    public void Prequential_OfTimes_TrainsOnTheFirstShare()
    {
        var data = SampleEvents.Read(["a\tx\t1\t1", "b\tx\t1\t2", "a\ty\t1\t3", "b\ty\t1\t4", "a\tz\t1\t5"]);
        var plan = EvaluationPlan.Of(data, Protocol.Prequential, new ProtocolOptions { TrainFraction = .6 });
        Assert.Equal([0, 1, 2], plan.Train);
        Assert.Equal(["b y", "a z"], AsksOf(plan));
    }

    [Fact]
    public void Prequential_OfSequences_TakesTheLastPlacesOfAllUsersInTurn()
    {
        _files.Write("s.txt", "a 1 2 3", "b 4 5", "c 6");
        var plan = EvaluationPlan.Of(_files.Read(DataFormat.Sequences, "s.txt"), Protocol.Prequential, new ProtocolOptions { SequenceTail = 2 });
        Assert.Equal(["a 2", "a 3", "b 5"], AsksOf(plan));
        Assert.Equal(3, plan.Train.Count);
    }

    [Fact]
    public void LeaveLastOut_FeedsTheLastButOne_BeforeItAsks()
    {
        _files.Write("s.txt", "a 1 2 3 4", "b 5 6");
        var plan = EvaluationPlan.Of(_files.Read(DataFormat.Sequences, "s.txt"), Protocol.LeaveLastOut, new ProtocolOptions());
        Assert.Equal(["a 4"], AsksOf(plan));
        Assert.Equal("3", plan.All.ItemIds[plan.All.Events.Item[plan.Steps[0].Fed]]);
        Assert.Equal(4, plan.Train.Count);
    }

    [Fact]
    public void Split_AsksEachTestUserOnce_AndFeedsNothing()
    {
        _files.Write("train.txt", "0 1 2", "1 2 3");
        _files.Write("valid.txt", "0 3");
        _files.Write("test.txt", "0 4 5", "2 1");
        var plan = EvaluationPlan.Of(_files.Read(DataFormat.LightGcn), Protocol.Split, new ProtocolOptions());
        Assert.Equal(["0 4,5", "2 1"], AsksOf(plan));
        Assert.All(plan.Steps, step => Assert.Equal(ReplayStep.Nothing, step.Fed));
        Assert.Equal(["0 3"], AsksOf(plan.Selection()));
    }

    [Fact]
    public void Selection_WithoutValidation_KnowsNothingOfTheTest()
    {
        var data = SampleEvents.Read(SampleEvents.Lines(5, 20, 100, 1));
        var plan = EvaluationPlan.Of(data, Protocol.Prequential, new ProtocolOptions());
        var selection = plan.Selection();
        Assert.Equal((72, 8), (selection.Train.Count, selection.Steps.Count));
        Assert.All(selection.Steps, step => Assert.True(step.Fed < plan.Train.Count));
    }

    [Theory]
    [InlineData(Protocol.Prequential, "needs times")]
    [InlineData(Protocol.Split, "does not come split")]
    [InlineData(Protocol.LeaveLastOut, "no order")]
    public void Of_DataThatTheProtocolCannotDivide_SaysWhatIsMissing(Protocol protocol, string reason)
    {
        var data = SampleEvents.Read(["a\tx", "b\ty"]);
        var error = Assert.Throws<InvalidDataException>(() => EvaluationPlan.Of(data, protocol, new ProtocolOptions()));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OneAction_LeavesNothingToTrainOn()
    {
        var data = SampleEvents.Read(["a\tx\t1\t1"]);
        Assert.Throws<InvalidDataException>(() => EvaluationPlan.Of(data, Protocol.LeaveLastOut, new ProtocolOptions()));
    }

    public void Dispose() => _files.Dispose();

    private static IEnumerable<string> AsksOf(EvaluationPlan plan) =>
        plan.Steps.Where(step => step.Relevant.Count > 0)
            .Select(step => $"{plan.All.UserIds[step.User]} {string.Join(',', step.Relevant.Select(item => plan.All.ItemIds[item]))}");
}
