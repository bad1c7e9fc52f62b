using System.Net.Http.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Training;

namespace RecActors.Compatibility;

/// <summary>
/// From release 0.1.0 to today on one data folder, with real processes of both, and back. 0.1.0 knows only the embedded storage, so
/// the two never run in one cluster.
/// </summary>
public sealed class UpgradeTests(ReleasedBuild release)
{
    private const double Tolerance = 1e-5;

    // Of actions after the model's cut, today's statistics count parts in steps of 2^-12 (so that their order does not matter).
    private const double ToleranceOfLaterActions = 1e-4;
    private const int ActionsBefore = 40;
    private const int ActionsAfter = 15;

    private static readonly string[] AskedUsers = [.. Enumerable.Range(1, 10).Select(user => $"{user}"), "new-user"];

    [Fact(Explicit = true)]
    public async Task Serve_DataFolderOfTheRelease_AnswersTheSameLosesNothingAndGoesBack()
    {
        var token = TestContext.Current.CancellationToken;
        var older = await release.GetServerAsync(token);
        using var subset = new SampleSubset();
        using var folder = new DataFolder();
        var (exitCode, output) = await ServerProcess.RunAsync(older, token, "import", "--data", folder.Path, "--movielens", subset.MovieLensFolder);
        Assert.True(exitCode == 0, output);

        await using (var server = await ServerProcess.ServeAsync(older, folder.Path, token, "--cold-start", "--config", subset.SettingsPath))
        {
            using var site = new ApiClient(server.Address);
            await ActAsync(site, token);
            await RefitAsync(site, token);
            Assert.Equal(0, await server.StopAsync());
        }

        // A process that has trained goes on with the statistics that it counted; one that starts takes the bundle's. So the release
        // is asked as today's server will be: after a start.
        using var trained = DataFolder.CopyOf(folder.Path);
        SiteView asTrained;
        SiteView before;
        DataFolder killed;
        await using (var server = await ServerProcess.ServeAsync(older, folder.Path, token))
        {
            using var site = new ApiClient(server.Address);
            asTrained = await SiteView.OfAsync(site, AskedUsers, token);
            for (var number = ActionsBefore; number < ActionsBefore + ActionsAfter; number++)
            {
                await site.PostFeedbackAsync(token, Action(number));
            }

            before = await SiteView.OfAsync(site, AskedUsers, token);
            await server.KillAsync();
            killed = DataFolder.CopyOf(folder.Path);
        }

        await using (var server = await ServerProcess.ServeAsync(trained.Path, token))
        {
            using var site = new ApiClient(server.Address);
            AssertEqual(asTrained, await SiteView.OfAsync(site, AskedUsers, token), Tolerance);
        }

        using (killed)
        {
            await AssertUpgradedAsync(killed.Path, before, token);
        }

        await using (var server = await ServerProcess.ServeAsync(older, folder.Path, token))
        {
            Assert.Equal(0, await server.StopAsync());
        }

        var after = await AssertUpgradedAsync(folder.Path, before, token);
        await using (var server = await ServerProcess.ServeAsync(older, folder.Path, token))
        {
            using var site = new ApiClient(server.Address);
            AssertEqual(after, await SiteView.OfAsync(site, AskedUsers, token), ToleranceOfLaterActions);
        }
    }

    /// <summary>Opens the folder with today's server; returns what it shows after an action of its own.</summary>
    private static async Task<SiteView> AssertUpgradedAsync(string folder, SiteView before, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.ServeAsync(folder, cancellationToken);
        using var site = new ApiClient(server.Address);
        AssertEqual(before, await SiteView.OfAsync(site, AskedUsers, cancellationToken), ToleranceOfLaterActions);

        // A client that did not see the acknowledgement repeats itself to the new version.
        await site.PostFeedbackAsync(cancellationToken, Action(0));
        AssertEqual(before, await SiteView.OfAsync(site, AskedUsers, cancellationToken), ToleranceOfLaterActions);

        await site.PostFeedbackAsync(cancellationToken, Action(ActionsBefore + ActionsAfter));
        var after = await SiteView.OfAsync(site, AskedUsers, cancellationToken);
        Assert.Equal(before.Feedback.Count + 1, after.Feedback.Count);
        Assert.Equal(0, await server.StopAsync());
        return after;
    }

    private static void AssertEqual(SiteView expected, SiteView actual, double tolerance)
    {
        Assert.Equal(expected.Feedback, actual.Feedback);
        Assert.Equal(expected.Users, actual.Users);
        Assert.Equal(expected.Items, actual.Items);
        Assert.Equal(expected.Models, actual.Models);
        foreach (var (user, answer) in expected.Answers)
        {
            var other = actual.Answers[user];
            Assert.Equal((answer.UserVersion, answer.ModelVersion), (other.UserVersion, other.ModelVersion));
            Assert.Equal(answer.Items.Select(item => item.Id), other.Items.Select(item => item.Id));
            Assert.All(answer.Items.Zip(other.Items), pair => Assert.Equal(pair.First.Score, pair.Second.Score, tolerance));
        }
    }

    // Long ago, so that the seconds between two questions change no score.
    private static FeedbackJson Action(int number) => new(
        number % 5 == 4 ? "dislike" : "like",
        AskedUsers[number % AskedUsers.Length],
        $"{1 + (number * 7 % 60)}",
        Timestamp: $"2020-01-01T00:00:{number:00}Z",
        EventId: $"event-{number}");

    private static async Task ActAsync(ApiClient site, CancellationToken cancellationToken)
    {
        for (var number = 0; number < ActionsBefore; number++)
        {
            await site.PostFeedbackAsync(cancellationToken, Action(number));
        }

        await SucceedAsync(site.Http.PostAsJsonAsync("/api/item", new { ItemId = "new-item", Categories = new[] { "Comedy" }, Labels = new { year = 2026 }, Comment = "New" }, cancellationToken));
        await SucceedAsync(site.Http.PostAsJsonAsync("/api/user", new { UserId = "new-user", Labels = new { country = "pt" }, Comment = "a user" }, cancellationToken));
        await SucceedAsync(site.Http.DeleteAsync("/api/feedback/like/1/1", cancellationToken));
        await SucceedAsync(site.Http.DeleteAsync("/api/item/3", cancellationToken));
    }

    private static async Task SucceedAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri}: {response.StatusCode}");
    }

    private static async Task RefitAsync(ApiClient site, CancellationToken cancellationToken)
    {
        var status = await site.PostAsync<RefitJson>("/api/refit", new { Promote = true, Force = true }, cancellationToken);
        while (status.State == nameof(RefitState.Running))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            status = await site.GetAsync<RefitJson>("/api/refit", cancellationToken);
        }

        Assert.True(status.State == nameof(RefitState.Completed), status.Message);
    }

    private sealed record RefitJson(string State, string? Message);
}
