using RecActors.Interest;
using RecActors.Protocols;

namespace RecActors.Evaluation;

/// <summary>
/// Asks a model what a plan asks and tells it what happens, in order. Items that a user has seen are never asked for nor answered,
/// also those that a model with a lag has not heard of: it is charged for what it does not know of the interest, not for repeating itself.
/// </summary>
internal sealed class Replay
{
    private readonly EvaluationPlan _plan;
    private readonly ReplayOptions _options;
    private readonly RowSet[] _seen;
    private readonly Dictionary<int, Queue<int>> _heldBack = [];

    public Replay(EvaluationPlan plan, ReplayOptions options)
    {
        _plan = plan;
        _options = options;
        _seen = new RowSet[plan.All.UserIds.Count];
        Array.Fill(_seen, RowSet.Empty);
        foreach (var index in plan.Train)
        {
            MarkSeen(index);
        }
    }

    /// <summary>Answers in the order of the questions.</summary>
    public IEnumerable<ReplayAnswer> Run(IRecommenderReplay model, Action<double>? onProgress, CancellationToken cancellationToken)
    {
        const int StepsPerReport = 64;
        var asked = 0;
        for (var step = 0; step < _plan.Steps.Count && asked < (_options.Limit ?? int.MaxValue); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = _plan.Steps[step];
            if (now.Query % _options.Every == 0 && Unseen(now) is { Count: > 0 } relevant)
            {
                asked++;
                yield return Ask(model, now, relevant);
            }

            if (now.Fed != ReplayStep.Nothing)
            {
                Feed(model, now.User, now.Fed);
            }

            if (step % StepsPerReport == 0)
            {
                onProgress?.Invoke((double)step / _plan.Steps.Count);
            }
        }
    }

    private HashSet<int> Unseen(in ReplayStep step)
    {
        var seen = _seen[step.User];
        return [.. step.Relevant.Where(item => !seen.Contains(item))];
    }

    private ReplayAnswer Ask(IRecommenderReplay model, in ReplayStep step, HashSet<int> relevant)
    {
        var seen = _seen[step.User];
        var hidden = _options.Sampled is { } negatives
            ? SampledItems.AllBut(_plan.All.ItemIds.Count, relevant, seen, negatives, HashCode(step.Query))
            : new SeenRows([seen]);
        var items = model.Rank(new(step.User, step.TimestampMs, ReplayOptions.ListLength, hidden, _options.Lambda));
        return new(step.Query, step.User, step.TimestampMs, seen.Count, relevant, items);
    }

    // A seed of its own for each question, so that every model is asked about the same items.
    private int HashCode(int query) => unchecked((_options.Seed * 1_000_003) + query);

    private void Feed(IRecommenderReplay model, int user, int index)
    {
        MarkSeen(index);
        if (!_heldBack.TryGetValue(user, out var held))
        {
            _heldBack.Add(user, held = new());
        }

        held.Enqueue(index);
        while (held.Count > _options.Lag)
        {
            model.Observe(held.Dequeue());
        }
    }

    private void MarkSeen(int index)
    {
        var user = _plan.All.Events.User[index];
        _seen[user] = _seen[user].With(_plan.All.Events.Item[index]);
    }
}
