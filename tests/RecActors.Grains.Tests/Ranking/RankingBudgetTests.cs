using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecActors.Users;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Ranking;

public sealed class RankingBudgetTests
{
    [Theory]
    [InlineData(0, RankingEffort.Full)]
    [InlineData(50, RankingEffort.Full)]
    [InlineData(51, RankingEffort.FewerCandidates)]
    [InlineData(75, RankingEffort.FewerCandidates)]
    [InlineData(76, RankingEffort.WithoutRanker)]
    [InlineData(89, RankingEffort.WithoutRanker)]
    [InlineData(91, RankingEffort.Popular)]
    [InlineData(1000, RankingEffort.Popular)]
    public void EffortFor_TimePassed_GivesUpInTheStatedSteps(int passedMs, RankingEffort expected)
    {
        var time = new FakeTimeProvider();
        var budget = new RankingBudget(Options.Create(new RankingBudgetOptions { Time = TimeSpan.FromMilliseconds(100) }), time);
        var askedAt = time.GetTimestamp();

        time.Advance(TimeSpan.FromMilliseconds(passedMs));

        Assert.Equal(expected, budget.EffortFor(askedAt));
    }

    [Fact]
    public void EffortFor_NoBudget_IsAlwaysFull()
    {
        var time = new FakeTimeProvider();
        var askedAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(RankingEffort.Full, new RankingBudget(Options.Create(new RankingBudgetOptions { Time = TimeSpan.Zero }), time).EffortFor(askedAt));
    }

    [Theory]
    [InlineData(0.5, 0.25, 0.1, true)]
    [InlineData(0.25, 0.5, 0.1, false)]
    [InlineData(0.5, 0.25, 0.3, false)]
    [InlineData(1.5, 0.25, 0.1, false)]
    public void Options_StepsOutOfOrder_AreRefused(double fewer, double withoutRanker, double popular, bool isValid)
    {
        var options = new RankingBudgetOptions { FewerCandidatesBelow = fewer, WithoutRankerBelow = withoutRanker, PopularBelow = popular };

        Assert.Equal(isValid, Validator.TryValidateObject(options, new ValidationContext(options), [], validateAllProperties: true));
    }

    [Fact]
    public async Task Recommend_BudgetPassed_AnswersWhatIsPopularAndSaysSo_ButNeverReasonsOrReplays()
    {
        await using var cluster = await StartAsync(configure: silo =>
            silo.Services.Configure<RankingBudgetOptions>(options => options.Time = TimeSpan.FromTicks(1)));
        await cluster.User("other").AppendAsync(new FeedbackBatch([Action("like", "known"), Action("like", "seen")]));
        var user = cluster.User("late");
        await user.AppendAsync(new FeedbackBatch([Action("like", "seen")]));

        var answer = await user.RecommendAsync(new RecommendQuery());

        Assert.Equal((Degradation.Popular, 1), (answer.Degraded, answer.UserVersion));
        Assert.Equal(["known"], answer.Items.Select(item => item.ItemId));
        Assert.Equal(Degradation.None, (await user.RecommendAsync(new RecommendQuery { Explain = true })).Degraded);
        Assert.Equal(Degradation.None, (await user.RecommendAsync(new RecommendQuery { TimestampMs = answer.TimestampMs })).Degraded);
        Assert.Equal(Degradation.None, (await user.RecommendAsync(new RecommendQuery { Collaborative = true })).Degraded);
    }
}
