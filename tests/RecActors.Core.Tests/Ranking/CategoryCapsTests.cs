using RecActors.Catalog;
using RecActors.Models;

namespace RecActors.Ranking;

public sealed class CategoryCapsTests
{
    private const int Reds = 1_500;
    private const int Blues = 30;

    /// <summary>Everything that a source or the newest items would offer is red; what has room is at the catalog's other end.</summary>
    [Theory]
    [InlineData(RankingEffort.Full, 0)]
    [InlineData(RankingEffort.Full, 0.5)]
    [InlineData(RankingEffort.WithoutRanker, 0)]
    [InlineData(RankingEffort.Popular, 0)]
    public void Recommend_WhatHasRoomIsNoCandidate_FoundInTheCatalog(RankingEffort effort, float exploration)
    {
        var world = new GeneratedWorld(seed: 1, items: 0, users: 1, new RankingOptions());
        for (var i = 0; i < Blues + Reds; i++)
        {
            world.Put(new ItemRecord { ItemId = $"{i}", Categories = [i < Blues ? "blue" : "red"], TimestampMs = GeneratedWorld.NowMs - 1 });
        }

        var request = new RecommendRequest
        {
            Count = 20,
            NowMs = GeneratedWorld.NowMs,
            Effort = effort,
            Exploration = exploration,
            Caps = [new("red", 2)],
        };
        var answer = world.Engine.Recommend(ServingModel.ColdStart, new UserContext { UserId = "somebody" }, request);

        Assert.Equal(request.Count, answer.Items.Count);
        Assert.InRange(answer.Items.Count(item => world.Catalog[item.Row]!.Categories[0] == "red"), 0, 2);
    }

    [Fact]
    public void Recommend_CapsLeaveFewerThanAskedFor_AllThatHaveRoom()
    {
        var world = new GeneratedWorld(seed: 1, items: 0, users: 1, new RankingOptions());
        for (var i = 0; i < Blues + Reds; i++)
        {
            world.Put(new ItemRecord { ItemId = $"{i}", Categories = [i < Blues ? "blue" : "red"], TimestampMs = GeneratedWorld.NowMs - 1 });
        }

        var request = new RecommendRequest { Count = 1_000, NowMs = GeneratedWorld.NowMs, Caps = [new("red", 5)] };
        var answer = world.Engine.Recommend(ServingModel.ColdStart, new UserContext { UserId = "somebody" }, request);

        Assert.Equal(Blues + 5, answer.Items.Count);
    }
}
