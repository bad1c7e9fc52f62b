using System.Diagnostics;
using RecActors.Api;
using RecActors.Processes;

namespace RecActors.Cluster;

/// <summary>Gives requests to gateways in turn, as long as their readiness probes say yes: no more than any load balancer knows.</summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    // What a process on a starved machine may take to start.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<ClusterNode, ApiClient> _clients;
    private readonly Task _probing;
    private volatile ApiClient[] _ready = [];
    private int _next;

    public LoadBalancer(IEnumerable<ClusterNode> gateways)
    {
        _clients = gateways.ToDictionary(gateway => gateway, gateway => new ApiClient(gateway.Address));
        _probing = ProbeAsync(_stopping.Token);
    }

    /// <summary>The next ready gateway, when there is one.</summary>
    /// <exception cref="TimeoutException">There was none for minutes.</exception>
    public async Task<ApiClient> NextAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var ready = _ready;
            if (ready.Length > 0)
            {
                return ready[(int)((uint)Interlocked.Increment(ref _next) % ready.Length)];
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"None of {string.Join(", ", _clients.Keys)} was ready within {Patience}.");
            }

            await Task.Delay(ProbeInterval, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _probing;
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var probes = await Task.WhenAll(_clients.Select(async client =>
                    (Client: client.Value, IsReady: await client.Key.Process.IsReadyAsync(cancellationToken))));
                _ready = [.. probes.Where(probe => probe.IsReady).Select(probe => probe.Client)];
                await Task.Delay(ProbeInterval, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
