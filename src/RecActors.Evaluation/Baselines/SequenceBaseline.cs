using Microsoft.Extensions.Logging.Abstractions;
using RecActors.Evaluation;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Protocols;
using RecActors.Refit;
using RecActors.Retrieval;
using RecActors.Sequences;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>The product's sequence model on its own: a learned recurrence whose state moves with every action, ranking by cosine.</summary>
internal sealed class SequenceBaseline : IRecommender
{
    /// <inheritdoc/>
    public string Name => "linrec";

    /// <inheritdoc/>
    public IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var options = request.NewOptions();
        options.Seed = request.Seed;
        var set = EventSubset.Of(request.Plan.All, [.. request.Plan.Train]);
        var model = LinRec.Fit(
            set,
            options,
            epoch => progress?.Report(new(Name, FormattableString.Invariant($"pass {epoch.Epochs:F1}: NDCG@10 of later actions {epoch.Ndcg:F4}"), Math.Min(1, epoch.Epochs / epoch.Allowed))),
            NullLogger.Instance,
            cancellationToken);
        return new Fitted(request.Plan, model, options.Window);
    }

    private sealed class Fitted(EvaluationPlan plan, SequenceModel? model, int window) : IFittedRecommender
    {
        public string Settings => model is null ? "nothing: too few actions" : "";

        public IRecommenderReplay Replay(CancellationToken cancellationToken)
        {
            var replay = new SequenceReplay(plan.All, model, window);
            foreach (var index in plan.Train)
            {
                replay.Observe(index);
            }

            return replay;
        }

        public void Dispose()
        {
        }
    }

    private sealed class SequenceReplay(TrainingSet set, SequenceModel? model, int window) : IRecommenderReplay
    {
        private readonly SequenceEncoder? _encoder = model is null ? null : SequenceEncoder.Bind(model, ReplayState.CatalogOf(set));
        private readonly UserHistory?[] _histories = new UserHistory?[set.UserIds.Count];
        private readonly SequenceState?[] _states = new SequenceState?[set.UserIds.Count];

        public int[] Rank(in RankingTask task)
        {
            if (_encoder is null || _histories[task.User] is not { } history)
            {
                return [];
            }

            var state = _states[task.User] ??= _encoder.CreateState();
            return _encoder.Encode(history.NewestFirst.AsMemory(), state) is not { } user
                ? []
                : [.. ExactRetriever.Search(_encoder.Outputs, user, Similarity.Cosine, task.Depth, new Unseen(_encoder, task.Seen))
                    .Select(hit => _encoder.RowOf(hit.Row))];
        }

        public void Observe(int index)
        {
            var events = set.Events;
            var history = _histories[events.User[index]] ??= new UserHistory(window);
            history.Apply(
                events.Item[index],
                set.FeedbackTypes[events.Type[index]],
                FeedbackOperation.Set,
                new ActionSignal(events.Polarity[index], events.Weight[index]),
                events.TimestampMs[index]);
        }

        private readonly struct Unseen(SequenceEncoder encoder, SeenRows seen) : IRowFilter
        {
            public bool Accepts(int row) => !seen.Contains(encoder.RowOf(row));
        }
    }
}
