using RecActors.Training;

namespace RecActors.Refit;

public sealed class EventTimelineTests
{
    private static readonly TrainingOptions Options = new();

    [Fact]
    public void Of_EventsWithTimes_GoesByTimeThenJournalOrder()
    {
        var set = SyntheticSets.Of(("u", "a", 30), ("u", "b", 10), ("u", "c", 30), ("u", "d", 20));

        Assert.Equal([1, 3, 0, 2], EventTimeline.Of(set, Options, 1).Order);
    }

    [Fact]
    public void Of_EventsWithTimes_CutsAtTheSlices()
    {
        var timeline = EventTimeline.Of(SyntheticSets.Tastes(events: 1_000), Options, 1);

        Assert.Equal((800, 900, 950, 1_000), (timeline.SourceEnd, timeline.RankerEnd, timeline.StoppingEnd, timeline.Count));
    }

    [Fact]
    public void Of_EventsWithoutTimes_HoldsOutATenthOfEveryUser()
    {
        var set = SyntheticSets.Tastes(users: 20, events: 2_000, times: false);
        var timeline = EventTimeline.Of(set, Options, 1);

        var total = set.Events.User.CountBy(user => user).ToDictionary();
        var heldOut = timeline.Order[timeline.RankerEnd..].Select(index => set.Events.User[index]).CountBy(user => user).ToDictionary();
        Assert.All(total, user => Assert.InRange(heldOut[user.Key], (user.Value / 10) - 1, (user.Value / 10) + 2));
        Assert.Equal(Enumerable.Range(0, 2_000), timeline.Order.Order());
    }

    [Fact]
    public void Of_EventsWithoutTimes_DependsOnTheSeedAlone()
    {
        var set = SyntheticSets.Tastes(times: false);

        Assert.Equal(EventTimeline.Of(set, Options, 1).Order, EventTimeline.Of(set, Options, 1).Order);
        Assert.NotEqual(EventTimeline.Of(set, Options, 1).Order, EventTimeline.Of(set, Options, 2).Order);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_ValidationGiven_ComesLastAndIsSharedOutByUserAsTheNewestEventsAre(bool times)
    {
        var set = SyntheticSets.Tastes(users: 30, events: 1_000, times: times);

        var timeline = EventTimeline.Of(set, Options, 1, validationFrom: 800);

        Assert.Equal((800, 800, 1_000), (timeline.SourceEnd, timeline.LearnedEnd, timeline.Count));
        Assert.InRange(timeline.RankerEnd, 900, 920);
        Assert.InRange(timeline.StoppingEnd, 950, 970);
        Assert.Equal(Enumerable.Range(0, 800), timeline.Order[..800].Order());
        int[][] slices = [timeline.Order[800..timeline.RankerEnd], timeline.Order[timeline.RankerEnd..timeline.StoppingEnd], timeline.Order[timeline.StoppingEnd..]];
        Assert.All(slices.SelectMany(slice => slice.Select(index => set.Events.User[index]).Distinct()).CountBy(user => user), user => Assert.Equal(1, user.Value));
    }

    [Fact]
    public void Questions_ValidationGiven_AreOnePerUserAndOnePerEventBefore()
    {
        var set = SyntheticSets.Of(("u", "a", 1), ("v", "a", 2), ("u", "b", 3), ("v", "c", 3), ("u", "d", 4));

        var timeline = EventTimeline.Of(set, Options, 1, validationFrom: 2);

        Assert.Equal([0, 1, 3, 2, 4], timeline.Order);
        Assert.Equal([(0, 1), (1, 2), (2, 3), (3, 5)], timeline.Questions(0, 5));
    }

    [Fact]
    public void Questions_NoValidation_AreOnePerEvent() =>
        Assert.Equal([(1, 2), (2, 3)], EventTimeline.Of(SyntheticSets.Of(("u", "a", 1), ("u", "b", 2), ("u", "c", 3)), Options, 1).Questions(1, 3));

    [Fact]
    public void Of_NoOrOneEvent_HasEmptySlices()
    {
        Assert.Equal(0, EventTimeline.Of(SyntheticSets.Of(), Options, 1).Count);
        var timeline = EventTimeline.Of(SyntheticSets.Of(("u", "a", 1)), Options, 1);
        Assert.Equal((0, 0, 0, 1), (timeline.SourceEnd, timeline.RankerEnd, timeline.StoppingEnd, timeline.Count));
    }
}
