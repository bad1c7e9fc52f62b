namespace RecActors.Hosting;

/// <summary>A cluster of one silo that the tests of a class share; each test has users and items of its own.</summary>
public sealed class SingleSilo : IAsyncLifetime
{
    private RecActorsCluster? _cluster;

    public RecActorsCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await RecActorsCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
