using RecActors.Api;
using RecActors.Processes;

namespace RecActors;

public sealed class StartSnapshotKillTests
{
    private const int Kills = 3;
    private const int Page = 1000;
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(1);

    [Fact(Explicit = true)]
    public async Task Server_KilledWhileItWritesSnapshots_StartsWithEveryItem()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new DataFolder();
        var random = new Random(11);
        var acknowledged = new List<string>();
        for (var kill = 0; kill <= Kills; kill++)
        {
            // A snapshot after each change: whenever it is killed, one is being written.
            await using var server = ServerProcess.Serve(ServerProcess.NewAddress(), ["--data", folder.Path, "--cold-start"], new Dictionary<string, string>
            {
                ["RecActors:Catalog:SnapshotInterval"] = "00:00:00.010",
                ["RecActors:Catalog:SnapshotChanges"] = "1",
                ["RecActors:Catalog:SnapshotShare"] = "0",
            });
            await server.WaitUntilReadyAsync(token);
            using var site = new ApiClient(server.Address);
            Assert.Empty(acknowledged.Except(await ListedAsync(site, token)));
            if (kill == Kills)
            {
                Assert.Equal(0, await server.StopAsync());
                Assert.DoesNotContain("is ignored", server.Output, StringComparison.Ordinal);
                break;
            }

            using var writing = CancellationTokenSource.CreateLinkedTokenSource(token);
            var run = kill;
            var writer = WriteAsync(site, number => $"item-{run}-{number}", acknowledged, writing.Token);
            await Task.Delay(LongestRun * random.NextDouble(), token);
            await server.KillAsync();
            await writing.CancelAsync();
            await writer;
        }

        Assert.True(acknowledged.Count > Kills);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder.Path, "snapshots"), "catalog-*"));
    }

    /// <summary>All items of the replica that the snapshots are of; an item by its id is read from the store.</summary>
    private static async Task<HashSet<string>> ListedAsync(ApiClient site, CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>();
        ScoredJson[] page;
        do
        {
            page = await site.GetAsync<ScoredJson[]>($"/api/latest?n={Page}&offset={listed.Count}", cancellationToken);
            listed.UnionWith(page.Select(item => item.Id));
        }
        while (page.Length == Page);

        return listed;
    }

    /// <summary>Puts items until the server has gone.</summary>
    private static async Task WriteAsync(ApiClient site, Func<int, string> nameOf, List<string> acknowledged, CancellationToken cancellationToken)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                await site.PostAsync<AffectedJson>("/api/item", new ItemJson(nameOf(number), ["category"]), cancellationToken);
                acknowledged.Add(nameOf(number));
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or IOException)
        {
            // Killed.
        }
    }

    private sealed record ItemJson(string ItemId, string[] Categories);

    private sealed record AffectedJson(int RowAffected);
}
