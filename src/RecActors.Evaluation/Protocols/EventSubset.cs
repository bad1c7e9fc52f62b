using RecActors.Feedback;
using RecActors.Training;

namespace RecActors.Protocols;

/// <summary>Some of a set's events as a set of their own, users and items keeping their numbers.</summary>
internal static class EventSubset
{
    /// <summary>The events at these indices, in this order.</summary>
    /// <param name="set">The whole.</param>
    /// <param name="indices">Indices of events.</param>
    /// <param name="unitWeights">Whether every action counts the same, as the models that are compared with know it.</param>
    public static TrainingSet Of(TrainingSet set, ReadOnlySpan<int> indices, bool unitWeights = false)
    {
        var events = set.Events;
        var weights = Gather(events.Weight, indices);
        if (unitWeights)
        {
            Array.Fill(weights, 1);
        }

        var columns = new TrainingEvents(
            Gather(events.User, indices),
            Gather(events.Item, indices),
            Gather(events.Type, indices),
            Gather(events.Value, indices),
            weights,
            Gather<Polarity>(events.Polarity, indices),
            Gather(events.TimestampMs, indices),
            Gather(events.Position, indices));
        return new(columns, set.UserIds, set.UserLabels, set.ItemIds, set.Items, set.FeedbackTypes, set.Cut);
    }

    private static T[] Gather<T>(T[] column, ReadOnlySpan<int> indices)
    {
        var gathered = new T[indices.Length];
        for (var row = 0; row < gathered.Length; row++)
        {
            gathered[row] = column[indices[row]];
        }

        return gathered;
    }
}
