using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Training;

public sealed class TrainingSetBuilderTests
{
    private readonly TrainingSetBuilder _builder = new(FeedbackPolicy.Default);

    [Fact]
    public void Build_JournalRecords_BecomeColumnsInJournalOrder()
    {
        Add(1, "u1", "like", "i1", 1, 100);
        Add(2, "u2", "rating", "i2", 5, 90);
        Add(3, "u1", "dislike", "i2", 1, 110);

        var set = _builder.Build();

        Assert.Equal(["u1", "u2"], set.UserIds);
        Assert.Equal(["i1", "i2"], set.ItemIds);
        Assert.Equal(["like", "rating", "dislike"], set.FeedbackTypes);
        Assert.Equal([0, 1, 0], set.Events.User);
        Assert.Equal([0, 1, 1], set.Events.Item);
        Assert.Equal([0, 1, 2], set.Events.Type);
        Assert.Equal([1f, 5f, 1f], set.Events.Value);
        Assert.Equal([1f, 1f, 1f], set.Events.Weight);
        Assert.Equal([Polarity.Positive, Polarity.Positive, Polarity.Negative], set.Events.Polarity);
        Assert.Equal([100, 90, 110], set.Events.TimestampMs);
        Assert.Equal([1, 2, 3], set.Events.Position);
        Assert.Equal(new JournalPosition(3), set.Cut);
        Assert.True(set.HasTimes);
    }

    [Fact]
    public void Build_RowRemovedLater_LeavesItsEarlierActionsOut()
    {
        Add(1, "u1", "like", "i1", 1, 100);
        Add(2, "u1", "read", "i1", 1, 101);
        Add(3, "u1", "like", "i1", 0, 102, FeedbackOperation.Remove);
        Add(4, "u1", "like", "i1", 1, 103);

        var set = _builder.Build();

        Assert.Equal([101, 103], set.Events.TimestampMs);
        Assert.Equal(new JournalPosition(4), set.Cut);
    }

    [Fact]
    public void Build_IgnoredTypes_AreNotInTheSet()
    {
        var options = new FeedbackPolicyOptions();
        options.Types["debug"] = new FeedbackRule { Kind = FeedbackKind.Ignored };
        var builder = new TrainingSetBuilder(new FeedbackPolicy(options));
        builder.Add("u1", new FeedbackEntry(FeedbackOperation.Set, "debug", "i1", 1, 1, 0));
        builder.Add("u1", new FeedbackEntry(FeedbackOperation.Set, "impression", "i1", 1, 1, 0));

        Assert.Equal([Polarity.SeenOnly], builder.Build().Events.Polarity);
    }

    [Fact]
    public void Build_CatalogAndUsers_AreThereWithoutActions()
    {
        _builder.AddItem(new ItemRecord { ItemId = "i1", Comment = "old" });
        _builder.AddItem(new ItemRecord { ItemId = "i1", Comment = "new" });
        _builder.AddUser("u1", """{"a":"b"}""");
        Add(1, "u2", "like", "unknown", 1, 100);

        var set = _builder.Build();

        Assert.Equal(["i1", "unknown"], set.ItemIds);
        Assert.Equal("new", set.Items[0]!.Comment);
        Assert.Null(set.Items[1]);
        Assert.Equal(["u1", "u2"], set.UserIds);
        Assert.Equal(["""{"a":"b"}""", null], set.UserLabels);
    }

    [Fact]
    public void HasTimes_AllEqualOrAbsent_IsFalse()
    {
        Assert.False(_builder.Build().HasTimes);
        Add(1, "u1", "like", "i1", 1, 7);
        Add(2, "u1", "like", "i2", 1, 7);
        Assert.False(_builder.Build().HasTimes);
        Add(3, "u1", "like", "i3", 1, 8);
        Assert.True(_builder.Build().HasTimes);
    }

    private void Add(
        long position, string user, string type, string item, double value, long timestampMs, FeedbackOperation operation = FeedbackOperation.Set) =>
        _builder.Add(new JournalRecord(new JournalPosition(position), user, 1, new FeedbackEntry(operation, type, item, value, timestampMs, 0)));
}
