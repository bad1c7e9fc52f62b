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

    [Fact]
    public void Of_ValidationGiven_ComesLastAndIsSharedOutAsTheNewestEventsAre()
    {
        var timeline = EventTimeline.Of(SyntheticSets.Tastes(events: 1_000, times: false), Options, 1, validationFrom: 900);

        Assert.Equal((900, 950, 975, 1_000), (timeline.SourceEnd, timeline.RankerEnd, timeline.StoppingEnd, timeline.Count));
        Assert.Equal(900, timeline.LearnedEnd);
        Assert.Equal(Enumerable.Range(0, 900), timeline.Order[..900].Order());
    }

    [Fact]
    public void Of_NoOrOneEvent_HasEmptySlices()
    {
        Assert.Equal(0, EventTimeline.Of(SyntheticSets.Of(), Options, 1).Count);
        var timeline = EventTimeline.Of(SyntheticSets.Of(("u", "a", 1)), Options, 1);
        Assert.Equal((0, 0, 0, 1), (timeline.SourceEnd, timeline.RankerEnd, timeline.StoppingEnd, timeline.Count));
    }
}
