using RecActors.Models;
using RecActors.Rankers;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Runs the gate alone, on a ranker of the test's making.</summary>
internal sealed class GateProbe(TrainingSet set, TrainingPlan plan)
{
    private readonly EventTimeline _timeline = EventTimeline.Of(set, plan.Options, 1);

    public GateReport Judge(RankerModel ranker)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var state = StateAt(_timeline.StoppingEnd);
        return new QualityGate(set, _timeline, state, plan, new StageProgress(null))
            .Run(Sources(state) with { Ranker = ranker }, new QuerySampling(_timeline.Count, int.MaxValue), cancellationToken);
    }

    /// <summary>A ranker trained on the slices that are its own; shuffled, it is told that users chose any of the candidates.</summary>
    public RankerModel TrainRanker(bool shuffled)
    {
        var state = StateAt(_timeline.SourceEnd);
        using var model = ServingModel.Bind(Sources(state), state.Catalog);
        var random = new Random(1);
        var (training, stopping) = (new RankerExamples(), new RankerExamples());
        for (var place = _timeline.SourceEnd; place < _timeline.StoppingEnd; place++)
        {
            if (state.TargetsOf(_timeline, (place, place + 1)) is { Length: > 0 } targets)
            {
                var index = _timeline.Order[place];
                var example = state.Engine.GatherExample(model, state.ContextOf(index, model), targets, set.Events.TimestampMs[index]);
                example = shuffled && example.Labels.Length > 0 ? example with { Labels = [random.Next(example.CandidateRows.Length)] } : example;
                (place < _timeline.RankerEnd ? training : stopping).Add(example);
            }

            state.Advance(_timeline.Order[place]);
        }

        return new RankerTrainer(plan.Options, 1).Train(training, stopping, null, TestContext.Current.CancellationToken)!.Model;
    }

    private ReplayState StateAt(int place)
    {
        var state = new ReplayState(set, plan.Options.Window, new(), new());
        state.Advance(_timeline, 0, place, TestContext.Current.CancellationToken);
        return state;
    }

    private ModelBundle Sources(ReplayState state)
    {
        var settings = SettingsSearch.Middle(plan.Options);
        var vectors = InterestVectors.Fit(set, _timeline, _timeline.SourceEnd, settings, plan.Options, 1, null, TestContext.Current.CancellationToken);
        return new BundleAssembly(set, plan, 1).Sources(vectors, settings, state.Catalog, TestContext.Current.CancellationToken);
    }
}
