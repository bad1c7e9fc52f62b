using System.Globalization;
using RecActors.Erasure;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>What Redis remembers of the installation in it: the format of everything, and what can never change.</summary>
internal static class RedisInstallation
{
    /// <summary>The format that this version writes, and the newest it reads.</summary>
    public const int Format = 1;

    private const string FormatField = "format";
    private const string PartitionsField = "partitions";
    private const string ServiceField = "service";
    private const string ErasureKeyField = "erasure-key";

    /// <summary>
    /// Makes the installation where there is none; compares where there is one, and returns when Redis takes writes: a silo joins the
    /// cluster by a write, and its process ends when that fails.
    /// </summary>
    /// <exception cref="RedisStorageException">It is of a newer format, has other partitions, or is another service's; or, with an inner failure, Redis does not answer or takes no writes.</exception>
    public static async Task EnsureAsync(RedisConnection connection, RedisKeys keys, RedisStorageOptions options)
    {
        try
        {
            // Read first: what is refused is left as it is.
            var (format, partitions) = await ReadAsync(connection.Database, keys);
            Compare(format ?? Format, partitions ?? keys.Partitions.Count, keys.Partitions.Count);
            await connection.Database.HashSetAsync(keys.Installation, FormatField, Format, When.NotExists);
            if (partitions is null)
            {
                await connection.Database.HashSetAsync(keys.Installation, PartitionsField, keys.Partitions.Count, When.NotExists);

                // Another process may have been first.
                (format, partitions) = await ReadAsync(connection.Database, keys);
                Compare(format ?? 0, partitions ?? 0, keys.Partitions.Count);
            }

            if (options.ServiceId is { } service)
            {
                await EnsureServiceAsync(connection.Database, keys, options.KeyPrefix, service);
            }
        }
        catch (Exception failure) when (RedisFailures.IsOurs(failure))
        {
            throw new RedisStorageException("The installation in Redis cannot be read and written. " + RedisFailures.Describe(failure), failure);
        }
    }

    /// <summary>
    /// Silos find one another, and grains their state, by the service. Two installations of one service would be one cluster, whose users are
    /// written now under the one prefix and now under the other.
    /// </summary>
    private static async Task EnsureServiceAsync(IDatabase database, RedisKeys keys, string prefix, string service)
    {
        // Read first here, too; and once more, since another process may have been first.
        await CompareServiceAsync(database, keys, prefix, service);
        await database.StringSetAsync(RedisKeys.PrefixOf(service), prefix, when: When.NotExists);
        await database.HashSetAsync(keys.Installation, ServiceField, service, When.NotExists);
        await CompareServiceAsync(database, keys, prefix, service);
    }

    private static async Task CompareServiceAsync(IDatabase database, RedisKeys keys, string prefix, string service)
    {
        if ((string?)await database.StringGetAsync(RedisKeys.PrefixOf(service)) is { } knownPrefix && knownPrefix != prefix)
        {
            throw new RedisStorageException(
                $"The service {service} has its data in this Redis under {RedisStorageOptions.Section}:{nameof(RedisStorageOptions.KeyPrefix)} {knownPrefix}, not {prefix}. Another installation needs a RecActors:Silo:ServiceId and a RecActors:Silo:ClusterId of its own as well.");
        }

        if ((string?)await database.HashGetAsync(keys.Installation, ServiceField) is { } knownService && knownService != service)
        {
            throw new RedisStorageException(
                $"What this Redis holds under {RedisStorageOptions.Section}:{nameof(RedisStorageOptions.KeyPrefix)} {prefix} belongs to the service {knownService}, and RecActors:Silo:ServiceId is {service}. It never changes on an installation.");
        }
    }

    /// <summary>The key of the hashes of erased users; made where there is none.</summary>
    /// <remarks>
    /// Its first write waits for as many replicas as an append: with a key that a failover lost, no erased user would be known again. Who finds a
    /// key that another process is still waiting for writes after it, and waits for that.
    /// </remarks>
    public static async Task<byte[]> ErasureKeyAsync(RedisConnection connection, RedisKeys keys)
    {
        if (await ReadErasureKeyAsync(connection.Database, keys) is { } known)
        {
            return known;
        }

        await connection.WriteAsync(
            keys.Installation, database => database.ExecuteAsync("HSETNX", keys.Installation, ErasureKeyField, UserHashes.NewKey()));
        return (await ReadErasureKeyAsync(connection.Database, keys))!;
    }

    public static Task SetErasureKeyAsync(RedisConnection connection, RedisKeys keys, ReadOnlyMemory<byte> key) =>
        connection.WriteAsync(keys.Installation, database => database.ExecuteAsync("HSET", keys.Installation, ErasureKeyField, key));

    private static async Task<byte[]?> ReadErasureKeyAsync(IDatabase database, RedisKeys keys) =>
        await database.HashGetAsync(keys.Installation, ErasureKeyField, CommandFlags.DemandMaster);

    private static async Task<(int? Format, int? Partitions)> ReadAsync(IDatabase database, RedisKeys keys)
    {
        var values = await database.HashGetAsync(keys.Installation, [FormatField, PartitionsField]);
        return ((int?)values[0], (int?)values[1]);
    }

    private static void Compare(int format, int partitions, int configured)
    {
        if (format > Format)
        {
            throw new RedisStorageException(string.Create(
                CultureInfo.InvariantCulture,
                $"Redis holds data of format {format}; this version reads up to {Format}. Use the newer RecActors that wrote them."));
        }

        if (partitions != configured)
        {
            throw new RedisStorageException(string.Create(
                CultureInfo.InvariantCulture,
                $"Redis holds data in {partitions} partitions, and {RedisStorageOptions.Section}:{nameof(RedisStorageOptions.Partitions)} is {configured}. The number never changes: configure {partitions}."));
        }
    }
}
