using CsCheck;
using RecActors.Feedback;

namespace RecActors.Interest;

public sealed class UserHistoryTests
{
    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 15],
        Gen.OneOf(Gen.Const("view"), Gen.Const("like")),
        Gen.Int[0, 3].Select(i => (FeedbackOperation)Math.Max(0, i - 1)),
        Gen.Int[0, 4].Select(i => (Polarity)Math.Max(0, i - 1)),
        Gen.Single[0.1f, 1f],
        (row, type, operation, polarity, weight) => new Step(row, type, operation, new ActionSignal(polarity, weight)));

    [Fact]
    public void Apply_AnyEntries_EqualsTheDefinition() =>
        Steps.Array[0, 80].Sample(steps =>
        {
            var history = new UserHistory(window: 6);
            var expected = new Definition(window: 6);
            for (var i = 0; i < steps.Length; i++)
            {
                var (row, type, operation, signal) = steps[i];
                history.Apply(row, type, operation, signal, i);
                expected.Apply(row, type, operation, signal, i);
                Assert.Equal(expected.NewestFirst(), history.NewestFirst);
                Assert.Equal(expected.NewestFirst().Count, history.Count);
                Assert.Equal(expected.Seen(), history.Seen.ToArray());
                Assert.All(Enumerable.Range(0, 16), r => Assert.Equal(expected.Seen().Contains(r), history.Seen.Contains(r)));
            }
        });

    [Fact]
    public void Apply_RebuiltFromAllEntries_EqualsKeptWithSnapshotsTakenBetween() =>
        Steps.Array[0, 80].Sample(steps =>
        {
            var kept = new UserHistory(window: 6);
            var rebuilt = new UserHistory(window: 6);
            for (var i = 0; i < steps.Length; i++)
            {
                kept.Apply(steps[i].Row, steps[i].Type, steps[i].Operation, steps[i].Signal, i);
                _ = kept.NewestFirst;
                _ = kept.Seen;
            }

            for (var i = 0; i < steps.Length; i++)
            {
                rebuilt.Apply(steps[i].Row, steps[i].Type, steps[i].Operation, steps[i].Signal, i);
            }

            Assert.Equal(kept.NewestFirst, rebuilt.NewestFirst);
            Assert.Equal(kept.Seen.ToArray(), rebuilt.Seen.ToArray());
        });

    [Fact]
    public void Add_ItemAgain_MovesToNewest()
    {
        var history = new UserHistory(3);
        history.Add(new(1, 1, Polarity.Positive, 10));
        history.Add(new(2, 1, Polarity.Positive, 20));
        history.Add(new(1, 0.5f, Polarity.Positive, 30));
        Assert.Equal([new(1, 0.5f, Polarity.Positive, 30), new(2, 1, Polarity.Positive, 20)], history.NewestFirst);
    }

    [Fact]
    public void Add_MoreThanTheWindow_StaysSeen()
    {
        var history = new UserHistory(2);
        for (var row = 0; row < 500; row++)
        {
            history.Add(new(row, 1, Polarity.Positive, row));
        }

        Assert.Equal([499, 498], history.NewestFirst.Select(item => item.Row));
        Assert.Equal(Enumerable.Range(0, 500), history.Seen.ToArray());
    }

    [Fact]
    public void Remove_LikeTakenBack_LeavesTheViewAtItsPlace()
    {
        var history = new UserHistory();
        history.Add(new(1, 0.3f, Polarity.Positive, 10), "view");
        history.Add(new(2, 0.3f, Polarity.Positive, 20), "view");
        history.Add(new(1, 1f, Polarity.Positive, 30), "like");
        history.Remove(1, "like");
        Assert.Equal([new(2, 0.3f, Polarity.Positive, 20), new(1, 0.3f, Polarity.Positive, 10)], history.NewestFirst);
        Assert.True(history.Seen.Contains(1));
    }

    [Fact]
    public void Seen_SnapshotTakenBeforeAnAction_DoesNotChange()
    {
        var history = new UserHistory();
        history.MarkSeen(1);
        var before = history.Seen;
        history.MarkSeen(2);
        Assert.Equal([1], before.ToArray());
        Assert.Equal([1, 2], history.Seen.ToArray());
    }

    private sealed record Step(int Row, string Type, FeedbackOperation Operation, ActionSignal Signal);

    /// <summary>The window and the seen set as plainly as they can be said.</summary>
    private sealed class Definition(int window)
    {
        private readonly List<(HistoryItem Item, string Type)> _actions = [];
        private readonly HashSet<(int Row, string Type)> _seen = [];

        public void Apply(int row, string type, FeedbackOperation operation, ActionSignal signal, long time)
        {
            _actions.RemoveAll(action => action.Item.Row == row && action.Type == type);
            if (operation == FeedbackOperation.Remove || signal.Polarity == Polarity.Ignored)
            {
                _seen.Remove((row, type));
                return;
            }

            _seen.Add((row, type));
            if (signal.Polarity != Polarity.SeenOnly)
            {
                _actions.Add((new(row, signal.Weight, signal.Polarity, time), type));
                foreach (var evicted in NewestFirst().Skip(window).ToList())
                {
                    _actions.RemoveAll(action => action.Item.Row == evicted.Row);
                }
            }
        }

        public List<HistoryItem> NewestFirst() =>
            [.. Enumerable.Reverse(_actions).Select(action => action.Item).DistinctBy(item => item.Row)];

        public int[] Seen() => [.. _seen.Select(seen => seen.Row).Distinct().Order()];
    }
}
