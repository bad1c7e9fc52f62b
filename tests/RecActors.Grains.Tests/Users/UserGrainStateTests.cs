using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using RecActors.Failures;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Ranking;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

public sealed class UserGrainStateTests(SingleSilo silo) : IClassFixture<SingleSilo>
{
    private static readonly string[] Types = ["like", "rating", "skip", "impression", "read"];
    private readonly RecActorsCluster _cluster = silo.Cluster;

    [Fact]
    public async Task Taste_RebuiltFromTheJournal_EqualsTheOneThatWasKept()
    {
        var random = new Random(7);
        var user = _cluster.User("rebuilt");
        for (var i = 0; i < 60; i++)
        {
            var operation = random.Next(8) == 0 ? FeedbackOperation.Remove : FeedbackOperation.Add;
            await user.AppendAsync(new FeedbackBatch(
                [Action(Types[random.Next(Types.Length)], $"item-{random.Next(25)}", random.Next(1, 6), operation: operation)]));
        }

        var kept = await user.GetTasteAsync();
        await _cluster.DeactivateAsync(user);
        var rebuilt = await user.GetTasteAsync();

        Assert.NotEmpty(kept.RecentItems);
        Assert.Equal(kept.UserVersion, rebuilt.UserVersion);
        Assert.Equal(kept.RecentItems, rebuilt.RecentItems);
    }

    [Fact]
    public async Task Feedback_AddSetRemove_AreFoldedIntoRows()
    {
        var user = _cluster.User("folder");
        await user.AppendAsync(new FeedbackBatch(
        [
            Action("watch", "fold-a", 2),
            Action("watch", "fold-a", 3),
            Action("rating", "fold-b", 4, operation: FeedbackOperation.Set),
            Action("like", "fold-c"),
            Action("like", "fold-c", operation: FeedbackOperation.Remove),
        ]));

        var page = await user.GetFeedbackAsync(new FeedbackFilter());
        var watched = await user.GetFeedbackAsync(new FeedbackFilter("watch"));

        Assert.Equal([("rating", "fold-b", 4.0), ("watch", "fold-a", 5.0)], page.Rows.Select(row => (row.FeedbackType, row.ItemId, row.Value)));
        Assert.Equal(5, page.UserVersion);
        Assert.Equal("fold-a", Assert.Single(watched.Rows).ItemId);
    }

    [Fact]
    public async Task Profile_SetAndPatched_SurvivesDeactivation()
    {
        var user = _cluster.User("profiled");
        Assert.Null(await user.GetProfileAsync());
        await user.SetProfileAsync(new UserProfile("profiled", """{"country":"NO"}""", "Kari"));
        await user.PatchProfileAsync(new UserPatch(Comment: "Ola"));
        await _cluster.DeactivateAsync(user);

        Assert.Equal(new UserProfile("profiled", """{"country":"NO"}""", "Ola"), await user.GetProfileAsync());
        Assert.Contains(
            await _cluster.Grains.GetGrain<IUserDirectoryGrain>(0).ListUsersAsync("profile", 1000), profile => profile.Comment == "Ola");
    }

    /// <summary>An activation that failed would keep the user away for seconds, and tell callers of a failure that no gateway knows.</summary>
    [Fact]
    public async Task Profile_StoreDoesNotAnswerOnActivation_IsReadOnceItDoes()
    {
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo => FaultyGrainStorage.Wrap(silo.Services, GrainStorageNames.State));
        var storage = (FaultyGrainStorage)cluster.Service<IServiceProvider>().GetRequiredKeyedService<IGrainStorage>(GrainStorageNames.State);
        var user = cluster.User("unread");
        await user.SetProfileAsync(new UserProfile("unread", """{"country":"NO"}""", "Kari"));
        await cluster.DeactivateAsync(user);
        storage.IsUnreadable = true;

        await Assert.ThrowsAsync<UnavailableException>(() => user.RecommendAsync(new RecommendQuery()));
        await Assert.ThrowsAsync<UnavailableException>(() => user.GetTasteAsync());
        await Assert.ThrowsAsync<UnavailableException>(() => user.PatchProfileAsync(new UserPatch(Comment: "Ola")));
        storage.IsUnreadable = false;
        await user.RecommendAsync(new RecommendQuery());
        Assert.True(await user.PatchProfileAsync(new UserPatch(Comment: "Ola")));

        Assert.Equal(new UserProfile("unread", """{"country":"NO"}""", "Ola"), await user.GetProfileAsync());
    }

    /// <summary>Else a store that comes back would be met by a read for everything that was asked of a user meanwhile.</summary>
    [Fact]
    public async Task Profile_StoreHangsAfterActivation_IsReadOnceForAllWhoAsk()
    {
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo => FaultyGrainStorage.Wrap(silo.Services, GrainStorageNames.State));
        var storage = (FaultyGrainStorage)cluster.Service<IServiceProvider>().GetRequiredKeyedService<IGrainStorage>(GrainStorageNames.State);
        var user = cluster.User("unread");
        storage.IsUnreadable = true;
        await Assert.ThrowsAsync<UnavailableException>(() => user.GetTasteAsync());
        var before = storage.ProfilesRead;
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (storage.ProfilesFrom, storage.IsUnreadable) = (hangs.Task, false);

        Task[] asked = [.. Enumerable.Range(0, 5).Select(_ => user.RecommendAsync(new RecommendQuery())), .. Enumerable.Range(0, 5).Select(_ => user.GetTasteAsync())];
        await user.GetFeedbackAsync(new FeedbackFilter());
        hangs.SetResult();
        await Task.WhenAll(asked);

        Assert.Equal(1, storage.ProfilesRead - before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Profile_PatchedTwiceAtOnce_HasBoth(bool hasProfile)
    {
        foreach (var user in Enumerable.Range(0, 10).Select(u => _cluster.User($"patched-{hasProfile}-{u}")))
        {
            await user.AppendAsync(Likes("patched"));
            if (hasProfile)
            {
                await user.SetProfileAsync(new UserProfile("", "{}", "before"));
            }

            await Task.WhenAll(user.PatchProfileAsync(new UserPatch(LabelsJson: """{"a":1}""")), user.PatchProfileAsync(new UserPatch(Comment: "after")));

            var profile = await user.GetProfileAsync();
            Assert.Equal(("""{"a":1}""", "after"), (profile!.LabelsJson, profile.Comment));
        }
    }

    [Fact]
    public async Task Delete_ForgetsActionsAndProfile_AndStartsAnew()
    {
        var user = _cluster.User("leaver");
        await user.SetProfileAsync(new UserProfile("leaver", Comment: "Eva"));
        await user.AppendAsync(Likes("leave-1", "leave-2"));

        Assert.True(await user.DeleteAsync());
        Assert.Null(await Eventually.SucceedsAsync(() => user.GetProfileAsync()));
        Assert.False(await user.DeleteAsync());
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(Likes("leave-3")));

        Assert.Equal(1, receipt.UserVersion);
    }

    [Fact]
    public async Task Erase_LateActionsAndProfile_AreDroppedUntilTheUserIsAdmittedAgain()
    {
        var user = _cluster.User("erased");
        await user.SetProfileAsync(new UserProfile("erased", Comment: "Eva"));
        await user.AppendAsync(Likes("erase-1", "erase-2"));

        Assert.True(await user.EraseAsync());
        var late = await Eventually.SucceedsAsync(() => user.AppendAsync(Likes("erase-2", "erase-unknown")));
        Assert.Equal(new FeedbackReceipt(0, 0, 2), late);
        await Assert.ThrowsAsync<UserErasedException>(() => user.SetProfileAsync(new UserProfile("erased", Comment: "Eva")));
        Assert.False(await user.PatchProfileAsync(new UserPatch(Comment: "Eva")));
        Assert.Null(await user.GetProfileAsync());
        Assert.Equal(0, (await user.RecommendAsync(new RecommendQuery())).UserVersion);
        Assert.Null(await _cluster.Item("erase-unknown").GetAsync());
        Assert.False(await _cluster.StoredJournal.ContainsAsync("erased", default));

        Assert.True(await user.ReadmitAsync());
        Assert.Equal(1, (await Eventually.SucceedsAsync(() => user.AppendAsync(Likes("erase-3")))).UserVersion);
    }

    [Fact]
    public async Task Erase_UserWhomNobodyKnows_IsRefusedAllTheSame()
    {
        var user = _cluster.User("erased before");

        Assert.False(await user.EraseAsync());

        Assert.Equal(1, (await Eventually.SucceedsAsync(() => user.AppendAsync(Likes("erase-4")))).Dropped);
    }

    [Fact]
    public async Task Recommend_NothingChanged_GivesTheSameAnswerAgain()
    {
        await _cluster.PutItemsAsync(Enumerable.Range(0, 10).Select(i => new Items.Item { ItemId = $"same-{i}" }));
        var user = _cluster.User("patient");
        await user.AppendAsync(Likes("same-0"));

        var first = await user.RecommendAsync(new RecommendQuery());
        var again = await user.RecommendAsync(new RecommendQuery { MinimumUserVersion = first.UserVersion });

        Assert.Equal(first.Items.Select(item => (item.ItemId, item.Score)), again.Items.Select(item => (item.ItemId, item.Score)));
    }

    [Fact]
    public async Task Recommend_ItemHiddenSinceTheLastAnswer_IsNotGivenAgain()
    {
        await _cluster.PutItemsAsync(Enumerable.Range(0, 5).Select(i => new Items.Item { ItemId = $"hide-{i}", Categories = ["hiding"] }));
        var user = _cluster.User("watchful");
        await user.AppendAsync(Likes("hide-0"));
        var query = new RecommendQuery { Category = "hiding" };
        var before = await user.RecommendAsync(query);

        await _cluster.Item(before.Items[0].ItemId).PatchAsync(new Items.ItemPatch { IsHidden = true });
        var after = await user.RecommendAsync(query);

        Assert.DoesNotContain(after.Items, item => item.ItemId == before.Items[0].ItemId);
    }

    [Fact]
    public async Task ListFeedback_PagedToTheEnd_HasEveryRowOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 7).Select(u =>
            _cluster.User($"paged-{u}").AppendAsync(new FeedbackBatch([.. Enumerable.Range(0, 5).Select(i => Action("page", $"page-{i}"))]))));
        var directory = _cluster.Grains.GetGrain<IUserDirectoryGrain>(0);
        var rows = new List<FeedbackRow>();
        string? cursor = null;
        do
        {
            var page = await directory.ListFeedbackAsync("page", cursor, 3);
            rows.AddRange(page.Rows);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(35, rows.Count);
        Assert.Equal(35, rows.Select(row => (row.UserId, row.ItemId)).Distinct().Count());
    }

    [Fact]
    public void Cursor_AnyPlace_ReadsBackWhatItWrote() =>
        Gen.Select(Gen.String.Where(id => id.Length > 0), Gen.Int[0, 1000], Gen.Bool).Sample((userId, rows, done) =>
            FeedbackCursor.Parse(new FeedbackCursor(userId, done ? 0 : rows, done).ToString()) == new FeedbackCursor(userId, done ? 0 : rows, done));
}
