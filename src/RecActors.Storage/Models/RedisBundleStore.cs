using System.Globalization;
using System.Security.Cryptography;
using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Models;

/// <summary>
/// Bundles in Redis: chunks that expire unless a last script makes them stay and the bundle appear. What is cut off in between
/// vanishes by itself.
/// </summary>
internal sealed class RedisBundleStore(RedisConnection connection, RedisKeys keys) : IBundleStore
{
    private const int ChunkBytes = 4 << 20;
    private const int ConcurrentChunks = 2;
    private const int ChunkAttempts = 10;
    private const string Checksums = "checksums";
    private const string Upload = "upload";
    private const string SizeOf = "size:";

    private static readonly TimeSpan ChunkPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Far more than an upload takes.</summary>
    private static readonly TimeSpan UnfinishedLifetime = TimeSpan.FromHours(1);

    private enum Finish
    {
        ChunkExpired = -1,
        VersionExists = 0,
        Done = 1,
    }

    public async ValueTask SaveAsync(BundleFiles bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfNegative(bundle.Version);
        foreach (var name in bundle.Files.Keys)
        {
            BundleChecksums.ThrowIfBadName(name);
        }

        if (await connection.Database.KeyExistsAsync(keys.Bundle(bundle.Version)).OrIoAsync())
        {
            throw Exists(bundle.Version);
        }

        var upload = Guid.NewGuid().ToString("N");
        var chunks = ChunksOf(bundle.Version, upload, bundle.Files.Select(file => (file.Key, file.Value.Length))).ToList();
        await Parallel.ForEachAsync(
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrentChunks, CancellationToken = cancellationToken },
            async (chunk, stopping) => await PatientlyAsync(() => connection.Database.StringSetAsync(
                chunk.Key, bundle.Files[chunk.File].Slice(chunk.Start, chunk.Length), UnfinishedLifetime), stopping));

        // Listed before it is whole: a reader of the list looks whether it is.
        await connection.Database.SortedSetAddAsync(keys.Bundles, bundle.Version, bundle.Version).OrIoAsync();
        RedisValue[] fields =
        [
            Upload, upload, Checksums, BundleChecksums.Encode(bundle.Files),
            .. bundle.Files.SelectMany(file => new RedisValue[] { SizeOf + file.Key, file.Value.Length }),
        ];
        var finish = (Finish)(int)await RedisScript.FinishBundle.RunAsync(
            connection.Database, [keys.Bundle(bundle.Version), .. chunks.Select(chunk => chunk.Key)], fields).OrIoAsync();
        if (finish != Finish.Done)
        {
            throw finish == Finish.VersionExists
                ? Exists(bundle.Version)
                : new IOException($"Bundle {bundle.Version} took longer than {UnfinishedLifetime} to write.");
        }
    }

    public async ValueTask<BundleFiles> LoadAsync(long version, CancellationToken cancellationToken)
    {
        var fields = (await connection.Database.HashGetAllAsync(keys.Bundle(version)).OrIoAsync())
            .ToDictionary(field => (string)field.Name!, field => field.Value, StringComparer.Ordinal);
        if (fields.Count == 0)
        {
            throw new InvalidDataException($"Bundle {version} is not in Redis.");
        }

        if (!fields.TryGetValue(Checksums, out var checksums) || !fields.TryGetValue(Upload, out var upload))
        {
            throw Incomplete(version, "its list of files");
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, checksum) in BundleChecksums.Decode(version, checksums!))
        {
            var content = fields.TryGetValue(SizeOf + name, out var size)
                ? await LoadAsync(version, upload!, name, (int)size, cancellationToken)
                : throw Incomplete(version, name);
            files[name] = SHA256.HashData(content).AsSpan().SequenceEqual(checksum)
                ? content
                : throw new InvalidDataException($"Bundle {version} in Redis is corrupt: the checksum of {name} differs.");
        }

        return new BundleFiles(version, files);
    }

    public async ValueTask<Stream> OpenAsync(long version, string file, CancellationToken cancellationToken)
    {
        BundleChecksums.ThrowIfBadName(file);
        cancellationToken.ThrowIfCancellationRequested();
        var fields = await connection.Database.HashGetAsync(keys.Bundle(version), [Upload, SizeOf + file]).OrIoAsync();
        return Array.TrueForAll(fields, field => field.HasValue)
            ? new RedisBundleFile(
                connection.Database,
                [.. ChunksOf(version, fields[0]!, [(file, (int)fields[1])]).Select(chunk => (chunk.Key, chunk.Length))],
                () => Incomplete(version, file))
            : throw Incomplete(version, file);
    }

    public async ValueTask<IReadOnlyList<long>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var listed = Array.ConvertAll(await connection.Database.SortedSetRangeByScoreAsync(keys.Bundles).OrIoAsync(), version => (long)version);
        var whole = await Task.WhenAll(listed.Select(version => connection.Database.KeyExistsAsync(keys.Bundle(version)).OrIoAsync()));
        return [.. listed.Where((_, index) => whole[index])];
    }

    public async ValueTask DeleteAsync(long version, CancellationToken cancellationToken)
    {
        var database = connection.Database;
        var fields = await database.HashGetAllAsync(keys.Bundle(version)).OrIoAsync();

        // First the bundle: a reader finds it whole or not at all.
        await database.KeyDeleteAsync(keys.Bundle(version)).OrIoAsync();
        await database.SortedSetRemoveAsync(keys.Bundles, version).OrIoAsync();
        var upload = fields.FirstOrDefault(field => field.Name == Upload).Value;
        var sizes = fields.Where(field => ((string)field.Name!).StartsWith(SizeOf, StringComparison.Ordinal))
            .Select(field => (((string)field.Name!)[SizeOf.Length..], (int)field.Value));
        foreach (var chunk in ChunksOf(version, upload!, sizes))
        {
            await database.KeyDeleteAsync(chunk.Key).OrIoAsync();
        }
    }

    private async Task<byte[]> LoadAsync(long version, string upload, string file, int size, CancellationToken cancellationToken)
    {
        var content = new byte[size];
        await Parallel.ForEachAsync(
            ChunksOf(version, upload, [(file, size)]),
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrentChunks, CancellationToken = cancellationToken },
            async (chunk, stopping) =>
            {
                var bytes = (ReadOnlyMemory<byte>)await PatientlyAsync(() => connection.Database.StringGetAsync(chunk.Key), stopping);
                if (bytes.Length != chunk.Length)
                {
                    throw Incomplete(version, file);
                }

                bytes.CopyTo(content.AsMemory(chunk.Start));
            });
        return content;
    }

    /// <summary>
    /// Chunks are large: where the connection or Redis' disk is slow a command's time is up before it and those beside it are through, and after
    /// several the client connects anew. Written or read once more, a chunk is the same.
    /// </summary>
    private static async Task<T> PatientlyAsync<T>(Func<Task<T>> command, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await command().OrIoAsync();
            }
            catch (IOException failure) when (failure.InnerException is RedisTimeoutException or RedisConnectionException && attempt < ChunkAttempts)
            {
                await Task.Delay(ChunkPause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private IEnumerable<Chunk> ChunksOf(long version, string upload, IEnumerable<(string File, int Size)> files)
    {
        foreach (var (file, size) in files)
        {
            for (var start = 0; start < size; start += ChunkBytes)
            {
                yield return new Chunk(
                    keys.BundleChunk(version, upload, file, start / ChunkBytes), file, start, Math.Min(ChunkBytes, size - start));
            }
        }
    }

    private static InvalidOperationException Exists(long version) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Bundle {version} exists already."));

    private static InvalidDataException Incomplete(long version, string what) => new($"Bundle {version} in Redis is incomplete: {what} is missing.");

    private readonly record struct Chunk(RedisKey Key, string File, int Start, int Length);
}
