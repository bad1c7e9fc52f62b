using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Threads;
using RecActors.Training;

namespace RecActors.Refit;

public sealed class RehearsalSetTests : IProgress<TrainingProgress>
{
    private readonly ModelTrainer _trainer = new(
        Options.Create(new RankingOptions()), Options.Create(new ItemStatisticsOptions()), TimeProvider.System, NullLogger<ModelTrainer>.Instance);

    private readonly ConcurrentQueue<(TrainingStage Stage, bool GivesWay)> _stages = new();

    void IProgress<TrainingProgress>.Report(TrainingProgress value) => _stages.Enqueue((value.Stage, BackgroundThread.IsCurrent));

    [Fact]
    public async Task PlanOf_DefaultOptions_GoesThroughAllStagesAtTheUsualPriority()
    {
        var (bundle, gate) = await _trainer.TrainAsync(
            RehearsalSet.Make(), RehearsalSet.PlanOf(new TrainingOptions()), this, TestContext.Current.CancellationToken);

        Assert.Equal(Enum.GetValues<TrainingStage>(), _stages.Select(stage => stage.Stage).Distinct().Order());
        Assert.DoesNotContain(_stages, stage => stage.GivesWay);
        Assert.True(gate.Queries > 0);
        Assert.NotEmpty(gate.Sources);
        Assert.NotNull(bundle.Projection);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrainAsync_GivesWayOrNot_TrainsAtThatPriorityFromBeginningToEnd(bool givesWay)
    {
        var plan = new TrainingPlan { Version = 1, Options = RehearsalSet.PlanOf(new TrainingOptions()).Options, GivesWay = givesWay };

        await _trainer.TrainAsync(RehearsalSet.Make(), plan, this, TestContext.Current.CancellationToken);

        Assert.NotEmpty(_stages);
        Assert.All(_stages, stage => Assert.Equal(givesWay, stage.GivesWay));
    }

    [Fact]
    public void PlanOf_LessConfigured_StaysAsConfigured()
    {
        var plan = RehearsalSet.PlanOf(new TrainingOptions { SearchSeconds = 0, SequenceSeconds = 0, MaxEpochs = 1, Dimensions = 32 });

        Assert.Equal((0, 0, 1, 32), (plan.Options.SearchSeconds, plan.Options.SequenceSeconds, plan.Options.MaxEpochs, plan.Options.Dimensions));
        Assert.True(plan.IsRehearsal);
    }
}
