using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Runs the gate alone, on a ranker of the test's making.</summary>
internal sealed class GateProbe(TrainingSet set, TrainingPlan plan)
{
    public GateReport Judge(RankerModel ranker)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var timeline = EventTimeline.Of(set, plan.Options, 1);
        var state = new ReplayState(set, plan.Options.Window, new(), new());
        state.Advance(timeline, 0, timeline.StoppingEnd, cancellationToken);
        var settings = SettingsSearch.Middle(plan.Options);
        var vectors = InterestVectors.Fit(
            set, timeline, timeline.SourceEnd, settings, plan.Options, 1, null, cancellationToken);
        var candidate = new BundleAssembly(set, plan, 1).Sources(vectors, settings, state.Catalog, cancellationToken) with { Ranker = ranker };
        return new QualityGate(set, timeline, state, plan, new StageProgress(null)).Run(candidate, new QuerySampling(timeline.Count, int.MaxValue), cancellationToken);
    }
}
