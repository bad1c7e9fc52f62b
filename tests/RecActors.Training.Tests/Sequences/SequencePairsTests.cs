using RecActors.Feedback;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.Sequences;

public sealed class SequencePairsTests
{
    [Fact]
    public void Of_UserWhoComesBackToAnItem_AsksForFirstLikesOnlyAndSeesEachItemOnceAtItsNewestPlace()
    {
        var (set, pairs) = Pairs(4, 5, ("u", "a"), ("u", "b"), ("u", "a"), ("u", "c"), ("u", "d"));

        // After "a": b. Then "a" again, which is no question; c; and d held out, which has no vector.
        Assert.Equal(["b", "c"], pairs.Learned.ToArray().Select(pair => set.ItemIds[pairs.CatalogItems[pair.Target]]));
        Assert.Equal(0, pairs.Held.Length);
        Assert.Equal(["a", "b"], Prefix(set, pairs, pairs.Learned.Span[1]));
    }

    [Fact]
    public void Of_EventsPastTheEnd_AreHeldOut()
    {
        var (set, pairs) = Pairs(4, 6, ("u", "a"), ("v", "b"), ("u", "b"), ("v", "c"), ("u", "c"), ("v", "a"));

        Assert.Equal(2, pairs.Learned.Length);
        Assert.Equal(["c", "a"], pairs.Held.ToArray().Select(pair => set.ItemIds[pairs.CatalogItems[pair.Target]]));
        Assert.Equal(["b", "a"], Prefix(set, pairs, pairs.Held.Span[0]));
    }

    [Fact]
    public void Of_MoreItemsThanMayHaveVectors_TakesThoseActedOnMost()
    {
        var (set, pairs) = Pairs(6, 6, ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("w", "c"), ("w", "b"));
        var fewer = SequencePairs.Of(set, EventTimeline.Of(set, new(), 1), 6, 6, mostItems: 2);

        Assert.Equal(3, pairs.Items);
        Assert.Equal(["b", "c"], fewer.CatalogItems.Select(item => set.ItemIds[item]));
        Assert.Equal(["c", "b"], fewer.Learned.ToArray().Select(pair => set.ItemIds[fewer.CatalogItems[pair.Target]]));
    }

    [Fact]
    public void Prefix_DislikedItems_AreThereAsTheirKind()
    {
        var builder = new TrainingSetBuilder(FeedbackPolicy.Default);
        builder.Add("u", new FeedbackEntry(FeedbackOperation.Set, "dislike", "a", 1, 1_000, 0));
        builder.Add("u", new FeedbackEntry(FeedbackOperation.Set, "like", "b", 1, 2_000, 0));
        var set = builder.Build();
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, new(), 1), 2, 2, 100);

        var history = pairs.HistoryOf(pairs.Learned.Span[0], 10);

        Assert.Equal([Polarity.Negative], history.Select(item => item.Polarity));
        Assert.Equal(ActionKind.Of(set.Events.Polarity[0], set.Events.Weight[0]), ActionKind.Of(history[0]));
    }

    private static string[] Prefix(TrainingSet set, SequencePairs pairs, SequencePair pair) =>
        [.. pairs.HistoryOf(pair, 10).Select(item => set.ItemIds[pairs.CatalogItems[item.Row]])];

    private static (TrainingSet Set, SequencePairs Pairs) Pairs(int end, int heldEnd, params (string User, string Item)[] events)
    {
        var set = SyntheticSets.Of([.. events.Select((e, i) => (e.User, e.Item, 1_000L * (i + 1)))]);
        return (set, SequencePairs.Of(set, EventTimeline.Of(set, new(), 1), end, heldEnd, 100));
    }
}
