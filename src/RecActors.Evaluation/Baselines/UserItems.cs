using RecActors.Feedback;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>The items that each user liked so far, each once at its newest place, oldest first.</summary>
internal sealed class UserItems(TrainingSet set)
{
    private readonly List<int>?[] _items = new List<int>?[set.UserIds.Count];

    /// <summary>The user's items, oldest first.</summary>
    public IReadOnlyList<int> this[int user] => _items[user] ?? (IReadOnlyList<int>)[];

    /// <summary>Lets an event happen. False when it says nothing new: it is no liking, or of an item liked before.</summary>
    public bool Observe(int index)
    {
        if (set.Events.Polarity[index] != Polarity.Positive)
        {
            return false;
        }

        var items = _items[set.Events.User[index]] ??= [];
        var isNew = !items.Remove(set.Events.Item[index]);
        items.Add(set.Events.Item[index]);
        return isNew;
    }
}
