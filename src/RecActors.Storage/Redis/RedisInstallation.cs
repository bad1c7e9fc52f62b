using System.Globalization;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>What Redis remembers of the installation in it: the format of everything, and what can never change.</summary>
internal static class RedisInstallation
{
    /// <summary>The format that this version writes, and the newest it reads.</summary>
    public const int Format = 1;

    private const string FormatField = "format";
    private const string PartitionsField = "partitions";

    /// <summary>Makes the installation where there is none; compares where there is one.</summary>
    /// <exception cref="RedisStorageException">It is of a newer format, or has other partitions.</exception>
    public static async Task EnsureAsync(RedisConnection connection, RedisKeys keys)
    {
        try
        {
            var database = connection.Database;
            await database.HashSetAsync(keys.Installation, FormatField, Format, When.NotExists);
            await database.HashSetAsync(keys.Installation, PartitionsField, keys.Partitions.Count, When.NotExists);
            var format = (int)await database.HashGetAsync(keys.Installation, FormatField);
            var partitions = (int)await database.HashGetAsync(keys.Installation, PartitionsField);
            Compare(format, partitions, keys.Partitions.Count);
        }
        catch (Exception failure) when (RedisFailures.IsOurs(failure))
        {
            throw new RedisStorageException("The installation in Redis cannot be read. " + RedisFailures.Describe(failure), failure);
        }
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
