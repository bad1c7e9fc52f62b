using System.Globalization;
using RecActors.Api;
using RecActors.Cluster;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Evaluation;

/// <summary>
/// Three silos learn of each other's users' actions a little later than one learns of its own. That may not cost quality: the prequential
/// protocol through HTTP, on one silo and on three that have the same data and the same model.
/// </summary>
public sealed class SiloQualityTests
{
    private const double TrainShare = 0.8;
    private const double Tolerance = 0.03;
    private const int Depth = 10;

    [Fact(Explicit = true)]
    public Task Ndcg_FirstActionsOfEveryUserThroughThreeSilos_IsThatOfOne() => CompareAsync(actionsOfEach: 4);

    [Fact(Explicit = true)]
    public Task Ndcg_LastFifthOfTheSampleThroughThreeSilos_IsThatOfOne() => CompareAsync(actionsOfEach: int.MaxValue);

    private static async Task CompareAsync(int actionsOfEach)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(30));
        var token = deadline.Token;
        var ratings = await RatingsAsync(token);
        var cut = (int)(ratings.Length * TrainShare);
        Rating[] replayed = [.. ratings[cut..].GroupBy(rating => rating.User).SelectMany(user => user.Take(actionsOfEach)).OrderBy(rating => rating.At)];
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        using var folder = new DataFolder();
        await TrainAsync(folder, ratings[..cut], token);
        await RunAsync(token, "copy", "--from", folder.Path, "--to", $"redis:{cluster.Redis.ConnectionString}");

        double one;
        await using (var single = await ServerProcess.ServeAsync(folder.Path, token))
        {
            one = await ReplayAsync([single.Address], replayed, token);
        }

        var silos = Enumerable.Range(1, 3).Select(number => cluster.Start($"silo-{number}", "serve,gateway")).ToArray();
        await cluster.WaitUntilReadyAsync(token);
        var three = await ReplayAsync([.. silos.Select(silo => silo.Address)], replayed, token);

        ClusterTests.Say(string.Create(CultureInfo.InvariantCulture, $"{replayed.Length} actions, NDCG@{Depth}: {one:F4} through one silo, {three:F4} through three"));
        Assert.True(one > 0);
        Assert.InRange(three, one * (1 - Tolerance), one * (1 + Tolerance));
    }

    /// <summary>Asks, looks the action's item up in the answer, and only then says what the user did; each through the next gateway.</summary>
    private static async Task<double> ReplayAsync(Uri[] gateways, Rating[] ratings, CancellationToken cancellationToken)
    {
        var sites = gateways.Select(gateway => new ApiClient(gateway)).ToArray();
        var tally = new RankTally();
        var call = 0;
        foreach (var rating in ratings)
        {
            var list = await sites[call++ % sites.Length].GetAsync<string[]>($"/api/recommend/{rating.User}?n={Depth}", cancellationToken);
            tally.Add(Array.IndexOf(list, rating.Item) + 1);
            await sites[call++ % sites.Length].PostFeedbackAsync(
                cancellationToken, new FeedbackJson("rating", rating.User, rating.Item, rating.Value, rating.At.ToString("O", CultureInfo.InvariantCulture)));
        }

        foreach (var site in sites)
        {
            site.Dispose();
        }

        return tally.Ndcg(Depth);
    }

    /// <summary>A model of the first part of the sample, without the search for its constants.</summary>
    private static async Task TrainAsync(DataFolder folder, Rating[] ratings, CancellationToken cancellationToken)
    {
        using var input = new DataFolder();
        File.Copy(Path.Combine(SampleFolder, "movies.csv"), Path.Combine(input.Path, "movies.csv"));
        await File.WriteAllLinesAsync(
            Path.Combine(input.Path, "ratings.csv"),
            ["userId,movieId,rating,timestamp", .. ratings.Select(rating => string.Create(
                CultureInfo.InvariantCulture, $"{rating.User},{rating.Item},{rating.Value},{rating.At.ToUnixTimeSeconds()}"))],
            cancellationToken);
        var quickly = Path.Combine(input.Path, "settings.json");
        await File.WriteAllTextAsync(quickly, """{ "RecActors": { "Training": { "SearchSeconds": 0, "SequenceSeconds": 0, "MaxEpochs": 3, "MaxReplayQueries": 3000 } } }""", cancellationToken);
        await RunAsync(cancellationToken, "import", "--data", folder.Path, "--movielens", input.Path);

        await using var server = await ServerProcess.ServeAsync(folder.Path, cancellationToken, "--cold-start", "--config", quickly);
        using var site = new ApiClient(server.Address);
        var refit = await site.PostAsync<RefitJson>("/api/refit", new { Force = true }, cancellationToken);
        while (refit.State == "Running")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            refit = await site.GetAsync<RefitJson>("/api/refit", cancellationToken);
        }

        Assert.Equal("Completed", refit.State);
        Assert.Equal(0, await server.StopAsync());
    }

    /// <summary>The sample in the order of time, moved so that it ends now: answers are for now, too.</summary>
    private static async Task<Rating[]> RatingsAsync(CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(SampleFolder, "ratings.csv"), cancellationToken);
        var ratings = lines.Skip(1).Select(line => line.Split(',')).Select(parts => new Rating(
            parts[0], parts[1], double.Parse(parts[2], CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[3], CultureInfo.InvariantCulture)))).OrderBy(rating => rating.At).ToArray();
        var later = TimeProvider.System.GetUtcNow() - ratings[^1].At;
        return [.. ratings.Select(rating => rating with { At = rating.At + later })];
    }

    private static string SampleFolder { get; } = Path.Combine(Path.GetDirectoryName(ServerProcess.ServerPath)!, "Sample", "ml-latest-small");

    private static async Task RunAsync(CancellationToken cancellationToken, params string[] command)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(cancellationToken, command);
        Assert.True(exitCode == 0, output);
    }

    private sealed record Rating(string User, string Item, double Value, DateTimeOffset At);

    private sealed record RefitJson(string State);
}
