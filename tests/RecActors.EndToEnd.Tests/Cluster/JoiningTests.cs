using System.Globalization;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>Silos take part as their roles say, and not before they have what they need.</summary>
public sealed class JoiningTests(TrainedSample sample)
{
    [Fact]
    public async Task Silos_JoiningALoadedCluster_ServeTheModelAndTheWholeCatalogAndTheirShareOfUsers_ATrainerNone()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        using (var folder = await sample.CopyAsync(token))
        {
            var (exitCode, output) = await ServerProcess.RunAsync(token, "copy", "--from", folder.Path, "--to", $"redis:{cluster.Redis.ConnectionString}");
            Assert.True(exitCode == 0, output);
        }

        // The second one comes while the first is under load.
        var first = cluster.Start("silo-1", "serve,gateway");
        var trainer = cluster.Start("trainer", "train");
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync([first], ClusterTests.Users, isPatient: true, token);
        var second = cluster.Start("silo-2", "serve,gateway");
        await second.Process.WaitUntilReadyAsync(token);

        using var old = new ApiClient(first.Address);
        using var young = new ApiClient(second.Address);
        Assert.Equal(await old.GetAsync<ReadyJson>("/api/health/ready", token), await young.GetAsync<ReadyJson>("/api/health/ready", token));
        Assert.Equal(await CountItemsAsync(old, token), await CountItemsAsync(young, token));

        // Users that are new to the cluster are spread over both.
        for (var user = 0; await CountAnswersAsync(second, token) == 0; user++)
        {
            Assert.NotEmpty((await young.RecommendAsync($"newcomer-{user}", 10, token)).Items);
        }

        Assert.Equal(0, await CountAnswersAsync(trainer, token));
        await traffic.FinishWithoutFaultAsync(token);
    }

    private static async Task<int> CountItemsAsync(ApiClient site, CancellationToken cancellationToken)
    {
        var (count, cursor) = (0, "");
        do
        {
            var page = await site.GetAsync<ItemPage>($"/api/items?n=1000&cursor={cursor}", cancellationToken);
            (count, cursor) = (count + page.Items.Length, page.Cursor);
        }
        while (cursor.Length > 0);
        return count;
    }

    /// <summary>Recommendations that users of a silo have made, by its own metrics.</summary>
    private static async Task<long> CountAnswersAsync(ClusterNode silo, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(silo.Address, "/metrics"), cancellationToken);
        return metrics.Split('\n')
            .Where(line => line.StartsWith("recactors_recommend_answers", StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(line.Split('}')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    private sealed record ReadyJson(long ModelVersion);

    private sealed record ItemPage(string Cursor, ItemJson[] Items);

    private sealed record ItemJson(string ItemId);
}
