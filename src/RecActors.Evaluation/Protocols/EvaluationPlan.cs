using RecActors.Feedback;
using RecActors.Formats;
using RecActors.Training;

namespace RecActors.Protocols;

/// <summary>A data set divided by a protocol. Indices are those of the whole set's events. Immutable.</summary>
/// <param name="Name">The protocol, for people.</param>
/// <param name="All">The whole set.</param>
/// <param name="Train">Events that models are fitted to, in the order in which they happened.</param>
/// <param name="Validation">Events that settings are chosen by where the protocol names some, else empty.</param>
/// <param name="Steps">What is asked and fed, in order.</param>
public sealed record EvaluationPlan(
    string Name, TrainingSet All, IReadOnlyList<int> Train, IReadOnlyList<int> Validation, IReadOnlyList<ReplayStep> Steps)
{
    private const double FittedShare = .9;

    /// <summary>Divides the data.</summary>
    /// <exception cref="InvalidDataException">The protocol needs what the data do not have; the message says what.</exception>
    public static EvaluationPlan Of(EvaluationData data, Protocol protocol, ProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var plan = protocol switch
        {
            Protocol.Prequential when data.Order == EventOrder.Times => ByTime(data.Set, options.TrainFraction),
            Protocol.Prequential when data.Order == EventOrder.PerUser => ByPlace(data.Set, options.SequenceTail),
            Protocol.Prequential => throw new InvalidDataException(
                $"'{data.Name}' has no times, so nothing arrives in order: the protocol prequential needs times, or the format sequences."),
            Protocol.Split when data.Parts is { } parts => BySplit(data.Set, parts, options.Seed),
            Protocol.Split => throw new InvalidDataException($"'{data.Name}' does not come split: the protocol split needs the format lightgcn."),
            Protocol.LeaveLastOut when data.Order != EventOrder.None => WithoutLast(data.Set),
            Protocol.LeaveLastOut => throw new InvalidDataException($"'{data.Name}' has no order of events, so no event is the last of its user."),
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "No protocol that ranks."),
        };
        return plan.Train.Count == 0 ? throw new InvalidDataException($"'{data.Name}' leaves no event to train on.")
            : plan.Steps.Count == 0 ? throw new InvalidDataException($"'{data.Name}' leaves no event to predict.")
            : !plan.Asks() ? throw new InvalidDataException($"'{data.Name}' leaves nothing to ask: no event to predict is a like of an item that its user had not seen.")
            : plan;
    }

    /// <summary>The plan by which settings are chosen: without any event of the test.</summary>
    public EvaluationPlan Selection()
    {
        if (Validation.Count > 0)
        {
            return new("validation", All, Train, [], AskedAtOnce(All, Validation));
        }

        var fitted = (int)(Train.Count * FittedShare);
        var later = Train.Skip(fitted).ToArray();
        return new("validation", All, [.. Train.Take(fitted)], [], Arriving(All, later));
    }

    /// <summary>Whether some step asks about an item that is new to its user.</summary>
    private bool Asks()
    {
        var seen = Train.Select(index => (All.Events.User[index], All.Events.Item[index])).ToHashSet();
        foreach (var step in Steps)
        {
            if (step.Relevant.Any(item => !seen.Contains((step.User, item))))
            {
                return true;
            }

            if (step.Fed != ReplayStep.Nothing)
            {
                seen.Add((step.User, All.Events.Item[step.Fed]));
            }
        }

        return false;
    }

    private static EvaluationPlan ByTime(TrainingSet set, double fraction)
    {
        var cut = (int)(set.Events.Count * fraction);
        int[] later = [.. Enumerable.Range(cut, set.Events.Count - cut)];
        return new($"prequential, trained on the first {fraction:0.##}", set, [.. Enumerable.Range(0, cut)], [], Arriving(set, later));
    }

    /// <summary>The tail of every sequence arrives, the same place of all users before the next; one event of a user is always kept to train on.</summary>
    private static EvaluationPlan ByPlace(TrainingSet set, int tail)
    {
        var left = CountsOf(set);
        var arrives = new bool[set.Events.Count];
        var taken = new int[left.Length];
        for (var index = set.Events.Count - 1; index >= 0; index--)
        {
            var user = set.Events.User[index];
            arrives[index] = taken[user] < Math.Min(tail, left[user] - 1);
            taken[user]++;
        }

        var all = Enumerable.Range(0, set.Events.Count).ToArray();
        return new(
            $"prequential, the last {tail} of every sequence", set,
            [.. all.Where(index => !arrives[index])], [], Arriving(set, [.. all.Where(index => arrives[index])]));
    }

    private static EvaluationPlan BySplit(TrainingSet set, IReadOnlyList<EventPart> parts, int seed)
    {
        int[] Of(EventPart part) => [.. Enumerable.Range(0, parts.Count).Where(index => parts[index] == part)];
        var train = Of(EventPart.Train);

        // Such files are often sorted by item, and what is no order is not to be taken for one.
        new Random(seed).Shuffle(train);
        return new("split", set, train, Of(EventPart.Validation), AskedAtOnce(set, Of(EventPart.Test)));
    }

    private static EvaluationPlan WithoutLast(TrainingSet set)
    {
        var counts = CountsOf(set);
        var taken = new int[counts.Length];
        var (train, validation, test) = (new List<int>(), new List<int>(), new List<int>());
        for (var index = set.Events.Count - 1; index >= 0; index--)
        {
            // A user of fewer than three events cannot be learned from, validated and tested.
            var user = set.Events.User[index];
            var part = counts[user] < 3 ? train : taken[user] == 0 ? test : taken[user] == 1 ? validation : train;
            taken[user]++;
            part.Add(index);
        }

        train.Reverse();
        validation.Reverse();
        test.Reverse();
        var fed = validation.Select(index => new ReplayStep(0, set.Events.User[index], 0, [], index));
        return new("leave last out", set, train, validation, [.. fed, .. AskedAtOnce(set, test)]);
    }

    private static ReplayStep[] Arriving(TrainingSet set, int[] later)
    {
        var events = set.Events;
        return [.. later.Select((index, place) =>
            new ReplayStep(place, events.User[index], events.TimestampMs[index], RelevantOf(set, index), index))];
    }

    private static ReplayStep[] AskedAtOnce(TrainingSet set, IReadOnlyList<int> asked) =>
        [.. asked
            .GroupBy(index => set.Events.User[index])
            .Select((user, query) => new ReplayStep(
                query,
                user.Key,
                user.Max(index => set.Events.TimestampMs[index]),
                [.. user.SelectMany(index => RelevantOf(set, index)).Distinct()],
                ReplayStep.Nothing))];

    private static int[] RelevantOf(TrainingSet set, int index) =>
        set.Events.Polarity[index] == Polarity.Positive ? [set.Events.Item[index]] : [];

    private static int[] CountsOf(TrainingSet set)
    {
        var counts = new int[set.UserIds.Count];
        foreach (var user in set.Events.User)
        {
            counts[user]++;
        }

        return counts;
    }
}
