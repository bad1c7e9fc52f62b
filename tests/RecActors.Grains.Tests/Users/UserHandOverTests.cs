using RecActors.Hosting;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

public sealed class UserHandOverTests
{
    [Fact]
    public async Task SiloStops_AppendInFlight_EndsAndIsAcknowledgedOnce()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 2);
        await cluster.PutItemsAsync(Enumerable.Range(0, 30).Select(i => new Items.Item { ItemId = $"item-{i}" }));
        var userId = await UserOnAsync(cluster, cluster.Silos[1].SiloAddress);
        var user = cluster.User(userId);
        var faults = cluster.Journal.Of(userId);
        var gate = new TaskCompletionSource();
        (faults.Gate, faults.Arrived) = (gate.Task, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        var batches = Enumerable.Range(1, 20).Select(i => new FeedbackBatch([Action("like", $"item-{i}", eventId: $"e{i}")])).ToList();
        var first = user.AppendAsync(batches[0]);
        await faults.Arrived.Task;
        var waiting = batches.Skip(1).Select(batch => user.AppendAsync(batch)).ToList();
        await user.GetTasteAsync();
        var readiness = cluster.Service<ISiloReadiness>(1);
        var stopping = cluster.StopAsync(cluster.Silos[1]);
        await Eventually.HoldsAsync(() => Task.FromResult(stopping.IsCompleted || readiness.Report().Stopping));
        gate.SetResult();

        // The answer may be lost with the silo's connections: whoever has none repeats.
        Assert.Equal(2, (await Eventually.SucceedsAsync(() => first.IsFaulted ? user.AppendAsync(batches[0]) : first)).UserVersion);
        foreach (var (batch, call) in batches.Skip(1).Zip(waiting))
        {
            var receipt = await Eventually.SucceedsAsync(() => call.IsFaulted ? user.AppendAsync(batch) : call);
            Assert.InRange(receipt.UserVersion, 2, 21);
        }

        await stopping;
        var stored = (await cluster.StoredJournal.ReadAsync(userId, default)).Select(entry => entry.ItemId);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"item-{i}").Order(), stored.Skip(1).Order());
        Assert.Equal(21, (await Eventually.SucceedsAsync(() => user.GetTasteAsync())).UserVersion);
    }

    /// <summary>A user whose grain is on the silo.</summary>
    private static async Task<string> UserOnAsync(RecActorsCluster cluster, SiloAddress silo)
    {
        var management = cluster.Grains.GetGrain<IManagementGrain>(0);
        for (var u = 0; ; u++)
        {
            await cluster.User($"user-{u}").AppendAsync(Likes("item-0"));
            var grain = (GrainReference)cluster.User($"user-{u}");
            if (silo.Equals(await management.GetActivationAddress(grain)))
            {
                return $"user-{u}";
            }
        }
    }
}
