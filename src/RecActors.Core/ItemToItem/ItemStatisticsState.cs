using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RecActors.Trending;

namespace RecActors.ItemToItem;

/// <summary>
/// <see cref="ItemStatistics"/> by item id, as columns: what a bundle carries. Items are in ordinal order of their ids, the pairs of
/// an item in the order of the items.
/// </summary>
public sealed record ItemStatisticsState
{
    /// <summary>First-seen time of an item that is known only as the other of a pair.</summary>
    internal const long NeverSeen = long.MaxValue;

    internal const int MassesPerItem = 3;

    /// <summary>No item.</summary>
    public static ItemStatisticsState Empty { get; } = new();

    /// <summary>Ids in ordinal order.</summary>
    public string[] ItemIds { get; init; } = [];

    /// <summary>Users who acted on each item.</summary>
    public double[] Counts { get; init; } = [];

    /// <summary>Recent popularity of each item at the time of the export.</summary>
    public float[] RecentPopularities { get; init; } = [];

    /// <summary>Time of the first action on each item, in Unix milliseconds.</summary>
    public long[] FirstSeenMs { get; init; } = [];

    /// <summary>Three per item: transitions to all others, from all others, and to all others at distance one.</summary>
    public double[] Masses { get; init; } = [];

    /// <summary>Per item where its pairs begin; one more than items.</summary>
    public int[] PairOffsets { get; init; } = [0];

    /// <summary>The other item of each pair, as an index into the ids.</summary>
    public int[] PairItems { get; init; } = [];

    /// <summary>Four per pair: transitions to the other, from it, to it at distance one, and co-occurrence.</summary>
    public float[] PairValues { get; init; } = [];

    /// <summary>What is trending, as counted by time; a file of its own in a bundle.</summary>
    public TrendingState Trending { get; init; } = TrendingState.Empty;

    /// <summary>Compact, deterministic bytes, little-endian; read back by <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(ItemIds.Length);
        writer.Write(PairItems.Length);
        foreach (var id in ItemIds)
        {
            writer.Write(id);
        }

        WriteColumn<double>(writer, Counts);
        WriteColumn<float>(writer, RecentPopularities);
        WriteColumn<long>(writer, FirstSeenMs);
        WriteColumn<double>(writer, Masses);
        WriteColumn<int>(writer, PairOffsets);
        WriteColumn<int>(writer, PairItems);
        WriteColumn<float>(writer, PairValues);
    }

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static ItemStatisticsState Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            var items = reader.ReadInt32();
            var pairs = reader.ReadInt32();
            if (items < 0 || pairs < 0)
            {
                throw new InvalidDataException("The item statistics have negative lengths.");
            }

            var ids = new List<string>();
            for (var i = 0; i < items; i++)
            {
                ids.Add(reader.ReadString());
            }

            var state = new ItemStatisticsState
            {
                ItemIds = [.. ids],
                Counts = ReadColumn<double>(reader, items),
                RecentPopularities = ReadColumn<float>(reader, items),
                FirstSeenMs = ReadColumn<long>(reader, items),
                Masses = ReadColumn<double>(reader, (long)items * MassesPerItem),
                PairOffsets = ReadColumn<int>(reader, (long)items + 1),
                PairItems = ReadColumn<int>(reader, pairs),
                PairValues = ReadColumn<float>(reader, (long)pairs * PairRow.Width),
            };
            state.Check();
            return state;
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("The item statistics are cut off or not item statistics.", exception);
        }
    }

    private void Check()
    {
        var isOrdered = PairOffsets[0] == 0 && PairOffsets[^1] == PairItems.Length;
        for (var i = 0; i < ItemIds.Length && isOrdered; i++)
        {
            isOrdered = PairOffsets[i] <= PairOffsets[i + 1];
        }

        foreach (var item in PairItems)
        {
            isOrdered &= (uint)item < (uint)ItemIds.Length;
        }

        if (!isOrdered)
        {
            throw new InvalidDataException("The pairs of the item statistics do not fit their items.");
        }
    }

    private static void WriteColumn<T>(BinaryWriter writer, ReadOnlySpan<T> column)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Bundles are little-endian.");
        }

        writer.Write(MemoryMarshal.AsBytes(column));
    }

    private static T[] ReadColumn<T>(BinaryReader reader, long length)
        where T : unmanaged
    {
        if (reader.BaseStream is { CanSeek: true } known)
        {
            if (length * Unsafe.SizeOf<T>() > known.Length - known.Position || length > Array.MaxLength)
            {
                throw new EndOfStreamException();
            }

            var whole = new T[length];
            known.ReadExactly(MemoryMarshal.AsBytes(whole.AsSpan()));
            return whole;
        }

        // In parts, so that a corrupt length runs into the end of the stream before it runs out of memory.
        const int Part = 1 << 20;
        var column = new List<T>();
        while (column.Count < length)
        {
            var part = new T[Math.Min(Part, length - column.Count)];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(part.AsSpan()));
            column.AddRange(part);
        }

        return [.. column];
    }
}
