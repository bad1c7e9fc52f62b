using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RecActors.Hosting;
using StackExchange.Redis;

namespace RecActors.Bench;

/// <summary>A redis-server of this process' own, on a port and in a folder that go with it.</summary>
internal sealed class BenchRedis : IAsyncDisposable
{
    private const string Program = "redis-server";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-bench-redis-");
    private readonly Process _process;

    private BenchRedis(int port, string appendFsync)
    {
        ConnectionString = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        string[] arguments =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName,
            "--appendonly", "yes", "--appendfsync", appendFsync, "--save", "", "--maxmemory-policy", "noeviction", "--loglevel", "warning",
        ];
        try
        {
            _process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception absent)
        {
            _folder.Delete();
            throw new StartupException($"{Program} cannot be started ({absent.Message}). Install it, or name a Redis with --redis.");
        }

        _process.BeginOutputReadLine();
    }

    public string ConnectionString { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="appendFsync">When it syncs its log: <c>always</c> before each answer, <c>everysec</c>, or <c>no</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StartupException">redis-server is not installed, or does not start.</exception>
    public static async Task<BenchRedis> StartAsync(string appendFsync, CancellationToken cancellationToken)
    {
        var redis = new BenchRedis(LoopbackPorts.Take(1)[0], appendFsync);
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
            {
                EndPoints = { redis.ConnectionString },
                AbortOnConnectFail = false,
                ConnectTimeout = (int)StartPatience.TotalMilliseconds,
                ConnectRetry = 10,
            }).WaitAsync(StartPatience, cancellationToken);
            await connection.GetDatabase().PingAsync().WaitAsync(StartPatience, cancellationToken);
            return redis;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            await redis.DisposeAsync();
            throw new StartupException($"{Program} does not answer: {failure.Message}");
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes that a Redis holds its data in.</summary>
    public static async Task<long> UsedMemoryAsync(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AllowAdmin = true;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var memory = await connection.GetServers()[0].InfoAsync("memory");
        return long.Parse(memory.SelectMany(section => section).First(pair => pair.Key == "used_memory").Value, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
