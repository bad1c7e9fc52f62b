using System.Globalization;
using System.Net;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>The server that is measured, and the bare one beside it.</summary>
internal sealed class BenchTarget : IAsyncDisposable
{
    private readonly BenchProcess? _started;
    private readonly BenchProcess _bare;
    private readonly BenchStore _store;

    private BenchTarget(BenchProcess? started, BenchProcess bare, BenchStore store, Uri address, int? serverId)
    {
        (_started, _bare, _store, ServerId) = (started, bare, store, serverId);
        Http = new HttpClient { BaseAddress = address };
        Server = new IPEndPoint(IPAddress.Parse(address.Host == "localhost" ? "127.0.0.1" : address.Host), address.Port);
    }

    /// <summary>For calls that are not measured.</summary>
    public HttpClient Http { get; }

    public IPEndPoint Server { get; }

    public IPEndPoint Bare => new(IPAddress.Loopback, _bare.Address.Port);

    /// <summary>Process id of the server; null when it is not known, and its CPU neither.</summary>
    public int? ServerId { get; }

    /// <summary>Process id of the Redis that was started for it.</summary>
    public int? StoreId => _store.ProcessId;

    public int BareId => _bare.Id;

    /// <summary>How long the server took from its start until it was ready; zero for one that ran before.</summary>
    public TimeSpan StartTook { get; private init; }

    /// <summary>The server at the given address, or one that is started on a copy of the data folder.</summary>
    /// <exception cref="StartupException">The address is not this machine's, or the folder is not there.</exception>
    public static async Task<BenchTarget> StartAsync(BenchSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings.Url is { } url && !(IsLoopback(url) || settings.AllowRemote))
        {
            throw new StartupException($"{url} is not this machine. Load that somebody else has to carry needs --allow-remote.");
        }

        var store = await BenchStore.OpenAsync(settings, cancellationToken);
        BenchProcess? bare = null;
        try
        {
            bare = await BenchProcess.StartAsync([BareServer.Name], "/", new Dictionary<string, string>(), time, cancellationToken);
            if (settings.Url is { } address)
            {
                return new BenchTarget(null, bare, store, address, settings.ServerId);
            }

            string[] config = settings.Config is null ? [] : ["--config", settings.Config.FullName];
            var began = time.GetTimestamp();
            var server = await BenchProcess.StartAsync(
                ["serve", "--cold-start", "--roles", settings.Roles, .. store.Arguments, .. config], "/api/health/ready", settings.Environment, time, cancellationToken);
            return new BenchTarget(server, bare, store, server.Address, server.Id) { StartTook = time.GetElapsedTime(began) };
        }
        catch
        {
            await (bare?.DisposeAsync() ?? default);
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The sum of a metric's values that the server tells, by the beginning of its name and a label; null when it does not.</summary>
    public async Task<double?> MetricAsync(string name, CancellationToken cancellationToken, string label = "")
    {
        double? sum = null;
        var metrics = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        foreach (var line in metrics.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            {
                var value = line.AsSpan(Math.Max(line.LastIndexOf('}') + 1, line.IndexOf(' ', StringComparison.Ordinal))).Trim();
                sum = (sum ?? 0) + double.Parse(value[..(value.IndexOf(' ') is >= 0 and var space ? space : value.Length)], CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }

    /// <summary>The bytes that the started server's data takes.</summary>
    public Task<long> StoredBytesAsync() => _store.BytesAsync();

    /// <summary>Ends the started server, which brings its data into order; nothing can be measured after it.</summary>
    public async Task StopServerAsync()
    {
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopServerAsync();
        await _bare.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback;
}
