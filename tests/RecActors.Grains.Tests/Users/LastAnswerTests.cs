using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>An answer is given again while all that it was made from is as it was: the question, the user, the model, the catalog, item statistics of the last second.</summary>
public sealed class LastAnswerTests
{
    private static readonly RecommendQuery Query = new() { Count = 2 };
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly CatalogReplica _catalog = new();
    private readonly ModelHolder _models = new();
    private readonly UserState _state;
    private readonly LiveItemStatistics _statistics;
    private readonly LastAnswer _last;

    public LastAnswerTests()
    {
        var replica = new ItemStatistics(new ItemStatisticsOptions());
        _statistics = new LiveItemStatistics(replica, new StatisticsOutbox(replica), log: null);
        _state = new UserState(_catalog, FeedbackPolicy.Default, 100);
        var services = new UserServices(
            Journal: null!, _catalog, FeedbackPolicy.Default, _statistics, Reduced: null!, _models, Ranking: null!, Pool: null!, Shards: null!, UnknownItems: null!, LocalUsers: null!, Appends: null!, Profiles: null!, Readiness: null!, Lease: null!,
            Availability: null!, Answers: null!, LastActions: null!, Options.Create(new UserOptions()), new FakeTimeProvider(Now));
        _last = new LastAnswer(_state, log: null!, services);
        Put("a", number: 1, expiresAtMs: Now.AddSeconds(30).ToUnixTimeMilliseconds());
        Put("b", number: 2);
    }

    [Fact]
    public void For_TheSameQuestion_IsTheAnswerWhateverVersionItAsksFor()
    {
        Keep("b");

        Assert.Equal("b", For(Query)!.Answer.Items[0].ItemId);
        Assert.Same(For(Query), For(Query with { MinimumUserVersion = 7 }));
        Assert.Null(For(Query with { Count = 3 }));
        Assert.Null(For(Query with { Category = "c" }));
        Assert.Null(For(Query, TimeSpan.FromMilliseconds(-1)));
    }

    [Fact]
    public void For_AnotherActionOfTheUser_IsNothing()
    {
        Keep("b");
        Apply(FeedbackOperation.Add, "a", Now);

        Assert.Null(For(Query));
    }

    [Fact]
    public void For_AnotherModel_IsNothing()
    {
        Keep("b");
        _models.Swap(ServingModel.Bind(TestBundles.Of(3, ["a", "b"]), _catalog));

        Assert.Null(For(Query));
    }

    [Fact]
    public void For_AnotherCatalog_IsNothing()
    {
        Keep("b");
        Put("elsewhere", number: 3);

        Assert.Null(For(Query));
    }

    [Fact]
    public void For_OtherItemStatistics_IsTheAnswerForASecond()
    {
        Keep("b");
        _statistics.Observe(new UserHistory(), row: 0, new ActionSignal(Polarity.Positive, 1), Now.ToUnixTimeMilliseconds(), position: 1);

        Assert.NotNull(For(Query, TimeSpan.FromMilliseconds(999)));
        Assert.Null(For(Query, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void For_NothingElse_IsTheAnswerForAMinuteOrUntilAnItemExpires()
    {
        Keep("b");
        Assert.NotNull(For(Query, TimeSpan.FromSeconds(59)));
        Assert.Null(For(Query, TimeSpan.FromMinutes(1)));

        Keep("a");
        Assert.NotNull(For(Query, TimeSpan.FromSeconds(29)));
        Assert.Null(For(Query, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Keep_WhatCameDueWhileItWasMade_IsNotKept()
    {
        Apply(FeedbackOperation.Show, "a", Now);
        var mark = _last.Mark();
        Assert.Equal(Now.ToUnixTimeMilliseconds(), _state.NextDueMs);
        _state.Mature(Now.ToUnixTimeMilliseconds());

        Assert.Equal(long.MaxValue, _state.NextDueMs);
        Assert.False(_last.Keep(Query, AnswerOf("b"), mark));
        Assert.Null(For(Query));
    }

    [Theory]
    [InlineData(true, 0, 0)]
    [InlineData(false, .5f, 0)]
    [InlineData(false, 0, 1_700_000_000_000)]
    public void Keep_ReasonsDrawsAndReplays_AreMadeAnew(bool explain, float exploration, long timestampMs)
    {
        var query = Query with { Explain = explain, Exploration = exploration, TimestampMs = timestampMs };

        Assert.False(_last.Keep(query, AnswerOf("b"), _last.Mark()));
    }

    private void Keep(string item) => Assert.True(_last.Keep(Query, AnswerOf(item), _last.Mark()));

    private KeptAnswer? For(RecommendQuery query, TimeSpan later = default) => _last.For(query, (Now + later).ToUnixTimeMilliseconds());

    private RecommendationAnswer AnswerOf(string item) =>
        new([new RecommendedItem(item, 1)], _state.Version, _models.Current.Version, Now.ToUnixTimeMilliseconds());

    private void Put(string id, long number, long? expiresAtMs = null) =>
        _catalog.Apply(new CatalogChange(number, id, new ItemRecord { ItemId = id, ExpiresAtMs = expiresAtMs }));

    private void Apply(FeedbackOperation operation, string item, DateTimeOffset at) =>
        _state.Replay(new FeedbackEntry(operation, "like", item, 0, at.ToUnixTimeMilliseconds(), 0));
}
