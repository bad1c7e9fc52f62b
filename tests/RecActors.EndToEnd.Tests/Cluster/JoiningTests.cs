using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>Silos take part as their roles say, and not before they have what they need.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class JoiningTests(TrainedSample sample)
{
    private const double ShareToReach = 0.25;
    private const int MostNewcomers = 400;

    [Fact]
    public async Task Silo_JoiningALoadedCluster_HasTheModelAndTheWholeCatalogWhenItIsReadyAndThenTakesUsers_ATrainerNone()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        using (var folder = await sample.CopyAsync(token))
        {
            var (exitCode, output) = await ServerProcess.RunAsync(token, "copy", "--from", folder.Path, "--to", $"redis:{cluster.Redis.ConnectionString}");
            Assert.True(exitCode == 0, output);
        }

        var first = cluster.Start("silo-1", "serve,gateway");
        var trainer = cluster.Start("trainer", "train");
        await cluster.WaitUntilReadyAsync(token);
        using var old = new ApiClient(first.Address);
        var (model, items) = (await ModelAsync(old, token), await CountItemsAsync(old, token));
        Assert.True(model > 0 && items > 0);
        await using var traffic = await ClusterTraffic.StartAsync([first], ClusterTests.Users, isPatient: true, token);

        // The second one comes under load. What it has is read as soon as it says that it is ready.
        var second = cluster.Start("silo-2", "serve,gateway");
        await second.Process.WaitUntilReadyAsync(token);
        var joined = await SiloMetrics.ReadAsync(second, token);
        using var young = new ApiClient(second.Address);
        Assert.Equal(model, await ModelAsync(young, token));
        Assert.True(joined.Items >= items, $"{joined.Items} of at least {items} items");
        Assert.Equal(0, joined.Users);
        Assert.InRange((await SiloMetrics.ReadAsync(first, token)).Users, ClusterTests.Users, int.MaxValue);

        // Users who are new to the cluster are spread over both, whichever they come through.
        var share = 0.0;
        for (var newcomer = 0; share < ShareToReach; newcomer++)
        {
            Assert.True(newcomer < MostNewcomers, $"{share:P0} of the users are on the silo that joined after {newcomer} more have come.");
            // On a busy machine the first questions of a silo that has just come may take longer than they are given.
            var answer = await ClusterTests.PatientlyAsync(() => (newcomer % 2 == 0 ? old : young).RecommendAsync($"newcomer-{newcomer}", 10, token), token);
            Assert.Equal(model, answer.ModelVersion);
            Assert.NotEmpty(answer.Items);
            share = await ShareAsync(second, first, token);
        }

        // Whoever asks how far a refit is activates the trainer, wherever it may be.
        await old.Http.GetStringAsync(new Uri("/api/refit", UriKind.Relative), token);
        var training = await SiloMetrics.ReadAsync(trainer, token);
        Assert.True(training.HasGrains("trainer"));
        Assert.Equal(0, training.Users);
        await traffic.FinishWithoutFaultAsync(token);
        await EqualItemsAsync([first, second], old, token);
    }

    private static async Task<double> ShareAsync(ClusterNode silo, ClusterNode other, CancellationToken cancellationToken)
    {
        var (here, there) = ((await SiloMetrics.ReadAsync(silo, cancellationToken)).Users, (await SiloMetrics.ReadAsync(other, cancellationToken)).Users);
        ClusterTests.Say($"{here} users on {silo}, {there} on {other}");
        return here / (double)(here + there);
    }

    /// <summary>Waits until the replicas of all silos have as many items as the store, those that the traffic has inserted included.</summary>
    private static async Task EqualItemsAsync(ClusterNode[] silos, ApiClient site, CancellationToken cancellationToken)
    {
        var stored = await CountItemsAsync(site, cancellationToken);
        foreach (var silo in silos)
        {
            int items;
            while ((items = (await SiloMetrics.ReadAsync(silo, CancellationToken.None)).Items) != stored)
            {
                Assert.False(cancellationToken.IsCancellationRequested, $"{silo} has {items} items, the store {stored}.");
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }
    }

    private static async Task<long> ModelAsync(ApiClient site, CancellationToken cancellationToken) =>
        (await site.GetAsync<ReadyJson>("/api/health/ready", cancellationToken)).ModelVersion;

    /// <summary>Items in the store.</summary>
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

    private sealed record ReadyJson(long ModelVersion);

    private sealed record ItemPage(string Cursor, ItemJson[] Items);

    private sealed record ItemJson(string ItemId);
}
