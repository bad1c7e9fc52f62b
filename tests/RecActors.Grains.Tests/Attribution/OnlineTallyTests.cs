namespace RecActors.Attribution;

public sealed class OnlineTallyTests
{
    private const long HourMs = 3_600_000;
    private const long ShownMs = (500_000 * HourMs) + 1_234;

    private readonly OnlineTally _tally = new(rememberedAnswers: 2);

    [Fact]
    public void Count_ActionsOnAnAnswer_AddUpToItsNdcg()
    {
        _tally.Count(new ShownAnswers(RecommendedList.Recommend, 3, OnlineTally.HourOf(ShownMs), Answers: 2, Items: 20));
        Assert.True(_tally.Count(Action(answer: 1, rank: 1)));
        Assert.True(_tally.Count(Action(answer: 1, rank: 3)));
        Assert.True(_tally.Count(Action(answer: 2, rank: 3, isConversion: true)));

        var hour = Assert.Single(_tally.Hours);

        Assert.Equal((2, 20, 3, 1, 2), (hour.Answers, hour.Items, hour.Clicks, hour.Conversions, hour.ClickedAnswers));

        // Items at 1 and 3: (1 + 1/2) / (1 + 1/log2(3)); one at 3: 1/2.
        Assert.Equal((1.5 / (1 + (1 / Math.Log2(3)))) + 0.5, hour.Ndcg, 1e-12);
    }

    [Fact]
    public void Count_TheSameItemOfAnAnswerAgain_CountsOnceAsAClickAndOnceAsAConversion()
    {
        Assert.True(_tally.Count(Action(answer: 1, rank: 2)));
        Assert.False(_tally.Count(Action(answer: 1, rank: 2)));
        Assert.True(_tally.Count(Action(answer: 1, rank: 2, isConversion: true)));
        Assert.False(_tally.Count(Action(answer: 1, rank: 2, isConversion: true)));

        var hour = Assert.Single(_tally.Hours);
        Assert.Equal((1, 1, 1), (hour.Clicks, hour.Conversions, hour.ClickedAnswers));
    }

    [Fact]
    public void Count_MoreAnswersThanAreRemembered_ForgetsTheOldest()
    {
        _tally.Count(Action(answer: 1, rank: 1));
        _tally.Count(Action(answer: 2, rank: 1));
        _tally.Count(Action(answer: 3, rank: 1));

        Assert.False(_tally.Count(Action(answer: 3, rank: 1)));
        Assert.True(_tally.Count(Action(answer: 1, rank: 1)));
    }

    [Fact]
    public void Load_WhatWasStored_GoesOn()
    {
        _tally.Count(Action(answer: 1, rank: 1));
        var next = new OnlineTally(2);
        next.Load(_tally.Hours);
        next.Count(Action(answer: 5, rank: 1));

        Assert.Equal(2, Assert.Single(next.Hours).Clicks);
    }

    [Fact]
    public void Trim_OldHours_AreForgotten()
    {
        _tally.Count(Action(answer: 1, rank: 1));
        _tally.Trim(ShownMs + (29 * 24 * HourMs));
        Assert.Single(_tally.Hours);

        _tally.Trim(ShownMs + (31 * 24 * HourMs));

        Assert.Empty(_tally.Hours);
    }

    private static AttributedAction Action(ulong answer, int rank, bool isConversion = false) =>
        new(RecommendedList.Recommend, 3, ShownMs, answer, rank, isConversion);
}
