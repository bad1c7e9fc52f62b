using RecActors.Protocols;

namespace RecActors.Evaluation;

/// <summary>
/// How unlike the items of lists are: the mean over lists of the mean of 1 − cosine over a list's pairs, an item being the set of the users
/// who have it in training. The same for every model, whatever vectors it has. Of many lists an even sample counts.
/// </summary>
internal sealed class ListDiversity
{
    private const int Depth = 10;
    private const int Lists = 1_000;

    private readonly int[][] _users;
    private readonly int _every;
    private int _seen;
    private int _counted;
    private double _sum;

    public ListDiversity(EvaluationPlan plan, int questions)
    {
        var users = new HashSet<int>?[plan.All.ItemIds.Count];
        foreach (var index in plan.Train)
        {
            (users[plan.All.Events.Item[index]] ??= []).Add(plan.All.Events.User[index]);
        }

        _users = [.. users.Select(set => set is null ? (int[])[] : [.. set.Order()])];
        _every = Math.Max(1, questions / Lists);
    }

    /// <summary>The mean so far; 0 when no list had two items.</summary>
    public double Mean => _counted == 0 ? 0 : _sum / _counted;

    /// <summary>Counts a list, if it is of the sample.</summary>
    public void Add(ReadOnlySpan<int> items)
    {
        var list = items[..Math.Min(Depth, items.Length)];
        if (_seen++ % _every != 0 || list.Length < 2)
        {
            return;
        }

        var distance = 0d;
        for (var left = 0; left < list.Length; left++)
        {
            for (var right = left + 1; right < list.Length; right++)
            {
                distance += 1 - Cosine(_users[list[left]], _users[list[right]]);
            }
        }

        _sum += distance / (list.Length * (list.Length - 1) / 2d);
        _counted++;
    }

    private static double Cosine(int[] left, int[] right)
    {
        var (shared, i, j) = (0, 0, 0);
        while (i < left.Length && j < right.Length)
        {
            var difference = left[i].CompareTo(right[j]);
            shared += difference == 0 ? 1 : 0;
            i += difference <= 0 ? 1 : 0;
            j += difference >= 0 ? 1 : 0;
        }

        return shared == 0 ? 0 : shared / Math.Sqrt((double)left.Length * right.Length);
    }
}
