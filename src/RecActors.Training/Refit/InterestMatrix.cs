using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// Users × items with an entry per pair, the newest action deciding: liked items weigh what the policy says, disliked ones are
/// observed zeros. Users and items without an entry are left out: |U| and |I| are part of the model. Made once for all settings that are tried on it.
/// </summary>
/// <param name="ByUser">A row for each user.</param>
/// <param name="ByItem">The same, with a row for each item.</param>
/// <param name="Items">Item index of each column of <paramref name="ByUser"/>.</param>
internal sealed record InterestMatrix(InteractionMatrix ByUser, InteractionMatrix ByItem, int[] Items)
{
    /// <summary>The matrix of the first <paramref name="end"/> events of the timeline.</summary>
    public static InterestMatrix Of(TrainingSet set, EventTimeline timeline, int end)
    {
        var events = set.Events;
        var order = timeline.Order.AsSpan(0, end);
        var users = new Numbering(set.UserIds.Count);
        var columns = new Numbering(set.ItemIds.Count);
        var (userOf, columnOf, weightOf) = (new List<int>(order.Length), new List<int>(order.Length), new List<float>(order.Length));
        foreach (var index in order)
        {
            if (events.Polarity[index] is Polarity.Positive or Polarity.Negative && events.Weight[index] > 0)
            {
                userOf.Add(users.Of(events.User[index]));
                columnOf.Add(columns.Of(events.Item[index]));
                weightOf.Add(events.Polarity[index] == Polarity.Positive ? events.Weight[index] : -events.Weight[index]);
            }
        }

        var matrix = InteractionMatrix.FromEntries(
            users.Count, columns.Count, CollectionsMarshal.AsSpan(userOf), CollectionsMarshal.AsSpan(columnOf), CollectionsMarshal.AsSpan(weightOf));
        return new(matrix, matrix.Transpose(), columns.ToArray());
    }

    /// <summary>Numbers the indices that occur, by first occurrence.</summary>
    private sealed class Numbering
    {
        private readonly int[] _numberOf;
        private readonly List<int> _indices = [];

        public Numbering(int count)
        {
            _numberOf = new int[count];
            Array.Fill(_numberOf, -1);
        }

        public int Count => _indices.Count;

        public int Of(int index)
        {
            if (_numberOf[index] < 0)
            {
                _numberOf[index] = _indices.Count;
                _indices.Add(index);
            }

            return _numberOf[index];
        }

        public int[] ToArray() => [.. _indices];
    }
}
