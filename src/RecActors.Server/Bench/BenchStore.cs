using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>Where the started server has its data: a copy of a data folder, a Redis that was named, or one that was started for it.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private const string Database = "recactors.db*";

    private readonly DirectoryInfo? _copy;
    private readonly BenchRedis? _started;
    private readonly string? _redis;

    private BenchStore(DirectoryInfo? copy, BenchRedis? started, string? redis) => (_copy, _started, _redis) = (copy, started, redis);

    /// <summary>Process id of the Redis that was started for it.</summary>
    public int? ProcessId => _started?.ProcessId;

    /// <summary>What the server is told.</summary>
    public string[] Arguments => _redis is not null ? ["--redis", _redis] : _copy is not null ? ["--data", _copy.FullName] : [];

    /// <exception cref="StartupException">The folder is not there, or the Redis does not start.</exception>
    public static async Task<BenchStore> OpenAsync(BenchSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Url is not null)
        {
            return new BenchStore(null, null, null);
        }

        if (settings.RedisFsync is { } fsync)
        {
            var started = await BenchRedis.StartAsync(fsync, cancellationToken);
            return new BenchStore(null, started, started.ConnectionString);
        }

        return settings.Redis is { } redis ? new BenchStore(null, null, redis) : new BenchStore(Copy(settings.Data), null, null);
    }

    /// <summary>The bytes that the stored data takes: of the database's files, without what is beside it and can be made again, or of Redis' memory.</summary>
    public async Task<long> BytesAsync() =>
        _redis is not null ? await BenchRedis.UsedMemoryAsync(_redis)
        : _copy is not null ? _copy.EnumerateFiles(Database).Sum(file => file.Length)
        : 0;

    public async ValueTask DisposeAsync()
    {
        _copy?.Delete(recursive: true);
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }
    }

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
