using Microsoft.Extensions.DependencyInjection;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Models;
using RecActors.Users;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Ranking;

/// <summary>While a silo stops, Orleans may lose a message to a stateless worker; a filter that holds them stands for that.</summary>
public sealed class LocalRankingTests
{
    [Theory]
    [InlineData("ranking")]
    [InlineData("catalog-shard")]
    [InlineData("session")]
    public async Task SiloStops_MessageOfAQuestionIsLost_IsAnsweredAllTheSame(string lost)
    {
        var calls = new HeldCalls(lost == "session" ? "ranking" : lost);
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo => silo
            .AddIncomingGrainCallFilter(calls)
            .Configure<CatalogOptions>(options => options.ItemsSearchedInPlace = 0));
        string[] items = [.. Enumerable.Range(0, 30).Select(item => $"item-{item}")];
        await cluster.PutItemsAsync(items.Select(item => new Item { ItemId = item }));
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var ticket = await registry.ReserveAsync();
        await cluster.Storage.Bundles.SaveAsync(BundleCodec.Encode(TestBundles.Of(ticket.Version, items)), default);
        await registry.PublishAsync(ticket, new ModelDescription { Version = ticket.Version });
        await registry.PromoteAsync(ticket.Version);
        await cluster.User("asker").AppendAsync(Likes("item-1"));
        var local = cluster.Service<IGrainFactory>();
        var query = new RecommendQuery { Count = 5 };
        calls.Hold();

        var question = lost == "session"
            ? local.GetGrain<ISessionGrain>(0).RecommendAsync(Likes("item-1"), query)
            : local.GetGrain<IUserGrain>("asker").RecommendAsync(query);
        await calls.Held;
        var stopping = cluster.StopAsync(cluster.Silos[0]);

        try
        {
            Assert.Equal(5, (await question).Items.Count);
        }
        finally
        {
            calls.Release();
            await stopping;
        }
    }

    /// <summary>Holds the calls of a type of grains while it is told to.</summary>
    private sealed class HeldCalls(string type) : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _holds;

        /// <summary>Completes when one is held.</summary>
        public Task Held => _held.Task;

        public void Hold() => _holds = true;

        public void Release() => _released.SetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (_holds && context.TargetId.Type == GrainType.Create(type))
            {
                _held.TrySetResult();
                await _released.Task;
            }

            await context.Invoke();
        }
    }
}
