namespace RecActors.Trending;

/// <summary>The counts of <see cref="TrendingItems"/> by item id: what a bundle carries in <c>trending.bin</c>.</summary>
/// <param name="ItemIds">Ids in ordinal order.</param>
/// <param name="Windows">The windows, shortest first.</param>
public sealed record TrendingState(string[] ItemIds, TrendingWindowState[] Windows)
{
    /// <summary>Nothing counted.</summary>
    public static TrendingState Empty { get; } = new([], []);

    /// <summary>Compact, deterministic bytes, little-endian; read back by <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(ItemIds.Length);
        writer.Write(Windows.Length);
        foreach (var id in ItemIds)
        {
            writer.Write(id);
        }

        foreach (var window in Windows)
        {
            writer.Write(window.LengthMs);
            writer.Write(window.BucketMs);
            writer.Write(window.Buckets.Length);
            foreach (var bucket in window.Buckets)
            {
                writer.Write(bucket.Number);
                writer.Write(bucket.Total);
                writer.Write(bucket.Users.Length);
                foreach (var (place, users) in bucket.Users)
                {
                    writer.Write(place);
                    writer.Write(users);
                }
            }
        }
    }

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static TrendingState Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            var items = Length(reader);
            var windows = Length(reader);

            // Lists grow as they are read, so that a corrupt length runs into the end of the stream before it runs out of memory.
            var ids = new List<string>();
            for (var i = 0; i < items; i++)
            {
                ids.Add(reader.ReadString());
            }

            var read = new List<TrendingWindowState>();
            for (var i = 0; i < windows; i++)
            {
                read.Add(ReadWindow(reader, items));
            }

            return new TrendingState([.. ids], [.. read]);
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("The counts of trending items are cut off, or no such counts.", exception);
        }
    }

    private static TrendingWindowState ReadWindow(BinaryReader reader, int items)
    {
        var (lengthMs, bucketMs) = (reader.ReadInt64(), reader.ReadInt64());
        var buckets = new List<TrendingBucketState>();
        for (var left = Length(reader); left > 0; left--)
        {
            var (number, total) = (reader.ReadInt64(), reader.ReadInt64());
            var users = new List<(int Place, int Users)>();
            for (var more = Length(reader); more > 0; more--)
            {
                var (place, count) = (reader.ReadInt32(), reader.ReadInt32());
                users.Add((uint)place < (uint)items && count > 0 ? (place, count) : throw new InvalidDataException("A count of trending items is of no item."));
            }

            buckets.Add(new TrendingBucketState(number, total, [.. users]));
        }

        return new TrendingWindowState(lengthMs, bucketMs, [.. buckets]);
    }

    private static int Length(BinaryReader reader) =>
        reader.ReadInt32() is >= 0 and var length ? length : throw new InvalidDataException("The counts of trending items have negative lengths.");
}

/// <summary>The counts of a window, by bucket.</summary>
/// <param name="LengthMs">The window's length.</param>
/// <param name="BucketMs">A bucket's length; bucket n begins at n times it, in Unix milliseconds.</param>
/// <param name="Buckets">The buckets that have any, oldest first.</param>
public sealed record TrendingWindowState(long LengthMs, long BucketMs, TrendingBucketState[] Buckets)
{
    /// <summary>The same without items that have no place.</summary>
    internal TrendingWindowState Placed() =>
        this with { Buckets = [.. Buckets.Select(bucket => bucket with { Users = [.. bucket.Users.Where(item => item.Place >= 0)] })] };
}

/// <summary>Users by item within a bucket of time.</summary>
/// <param name="Number">Which bucket.</param>
/// <param name="Total">Users over all items, those included that gave way to others.</param>
/// <param name="Users">The place of each item among the ids, and its users.</param>
public sealed record TrendingBucketState(long Number, long Total, (int Place, int Users)[] Users);
