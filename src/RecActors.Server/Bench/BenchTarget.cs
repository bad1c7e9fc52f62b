using System.Globalization;
using System.Net;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>The server that is measured, and the bare one beside it.</summary>
internal sealed class BenchTarget : IAsyncDisposable
{
    private readonly BenchProcess? _started;
    private readonly BenchProcess _bare;
    private readonly DirectoryInfo? _copy;

    private BenchTarget(BenchProcess? started, BenchProcess bare, DirectoryInfo? copy, Uri address, int? serverId)
    {
        (_started, _bare, _copy, ServerId) = (started, bare, copy, serverId);
        Http = new HttpClient { BaseAddress = address };
        Server = new IPEndPoint(IPAddress.Parse(address.Host == "localhost" ? "127.0.0.1" : address.Host), address.Port);
    }

    /// <summary>For calls that are not measured.</summary>
    public HttpClient Http { get; }

    public IPEndPoint Server { get; }

    public IPEndPoint Bare => new(IPAddress.Loopback, _bare.Address.Port);

    /// <summary>Process id of the server; null when it is not known, and its CPU neither.</summary>
    public int? ServerId { get; }

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

        var bare = await BenchProcess.StartAsync([BareServer.Name], "/", new Dictionary<string, string>(), time, cancellationToken);
        try
        {
            if (settings.Url is { } address)
            {
                return new BenchTarget(null, bare, null, address, settings.ServerId);
            }

            var copy = settings.Redis is null ? Copy(settings.Data) : null;
            string[] place = copy is null ? ["--redis", settings.Redis!] : ["--data", copy.FullName];
            string[] config = settings.Config is null ? [] : ["--config", settings.Config.FullName];
            var began = time.GetTimestamp();
            var server = await BenchProcess.StartAsync(
                ["serve", "--cold-start", "--roles", settings.Roles, .. place, .. config], "/api/health/ready", settings.Environment, time, cancellationToken);
            return new BenchTarget(server, bare, copy, server.Address, server.Id) { StartTook = time.GetElapsedTime(began) };
        }
        catch
        {
            await bare.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first value of a metric that the server tells, by the beginning of its name; null when it does not.</summary>
    public async Task<double?> MetricAsync(string name, CancellationToken cancellationToken)
    {
        var metrics = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        foreach (var line in metrics.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                var value = line.AsSpan(Math.Max(line.LastIndexOf('}') + 1, line.IndexOf(' ', StringComparison.Ordinal))).Trim();
                return double.Parse(value[..(value.IndexOf(' ') is >= 0 and var space ? space : value.Length)], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }

        await _bare.DisposeAsync();
        _copy?.Delete(recursive: true);
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback;

    private static DirectoryInfo Copy(DirectoryInfo data)
    {
        if (!data.Exists)
        {
            throw new StartupException($"There is no data folder {data.FullName}. Begin with recactors demo --once, or name another with --data.");
        }

        var copy = Directory.CreateTempSubdirectory("recactors-bench-");
        foreach (var file in data.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.FullName, Path.GetRelativePath(data.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
        }

        return copy;
    }
}
