namespace RecActors.Bench;

public sealed class LoadTallyTests
{
    [Fact]
    public void Add_Refusals_AreCountedAndDoNotFlatterTheTimes()
    {
        var tally = new LoadTally();
        for (var i = 0; i < 100; i++)
        {
            tally.Add(new WireAnswer(200, i == 0), TimeSpan.FromMilliseconds(10));
            tally.Add(new WireAnswer(503, false), TimeSpan.FromMicroseconds(5));
        }

        tally.Add(WireAnswer.Failed, TimeSpan.FromSeconds(1));
        tally.Add(new WireAnswer(500, false), TimeSpan.FromSeconds(1));

        Assert.Equal((100, 1, 100, 1, 1, 202), (tally.Answers, tally.Degraded, tally.Shed, tally.Unanswered, tally.Errors, tally.Requests));
        Assert.InRange(tally.Percentile(1), 9.9, 10.1);
        Assert.InRange(tally.Percentile(99), 9.9, 10.1);
    }

    [Fact]
    public void Add_TimesOfClientAndServer_AreKeptApart()
    {
        var tally = new LoadTally();

        tally.Add(new WireAnswer(200, false, TimeSpan.FromMilliseconds(2)), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(20));
        tally.Add(new WireAnswer(503, false), TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(4));

        Assert.InRange(tally.Percentile(99), 299, 301);
        Assert.InRange(tally.PercentileSinceSent(99), 19.9, 20.1);
        Assert.InRange(tally.PercentileInServer(99), 1.9, 2.1);
        Assert.InRange(tally.PercentileOfRefusals(99), 3.9, 4.1);
    }
}
