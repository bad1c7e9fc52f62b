using System.Text;
using RecActors.Catalog;
using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>
/// Deltas as bytes: item ids once, since rows mean nothing in another process, then numbers of variable length, times, stamps and positions as
/// differences to the action before. About 60 bytes an action with 20 earlier items, where their 20 pairs would be 400.
/// </summary>
internal static class StatsDeltaCodec
{
    private const byte Format = 1;
    private const byte Repeat = 1;
    private const byte PositionUnknown = 2;

    public static byte[] Encode(StatsDelta delta, CatalogReplica catalog)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Format);
        var indexes = IndexesOf(delta);
        writer.Write7BitEncodedInt(indexes.Count);
        foreach (var row in indexes.Keys)
        {
            writer.Write(catalog.IdOf(row));
        }

        writer.Write7BitEncodedInt(delta.Actions.Count);
        var (time, stamp, position) = (0L, 0L, 0L);
        foreach (var action in delta.Actions)
        {
            var isUnknown = action.Position == StatsAction.UnknownPosition;
            writer.Write((byte)((action.Counted.IsRepeat ? Repeat : 0) | (isUnknown ? PositionUnknown : 0)));
            writer.Write7BitEncodedInt(indexes[action.Counted.Row]);
            writer.Write(action.Counted.Weight);
            WriteDifference(writer, action.Counted.TimestampMs, ref time);
            WriteDifference(writer, action.Stamp, ref stamp);
            if (!isUnknown)
            {
                WriteDifference(writer, action.Position, ref position);
            }

            writer.Write7BitEncodedInt(action.Sources);
            foreach (var row in delta.SourcesOf(action))
            {
                writer.Write7BitEncodedInt(indexes[row]);
            }
        }

        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">Of a newer format.</exception>
    public static StatsDelta Decode(byte[] content, CatalogReplica catalog)
    {
        using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
        if (reader.ReadByte() is var format and not Format)
        {
            throw new InvalidDataException($"Item statistics of format {format} came from a newer silo; this one knows format {Format}.");
        }

        var rows = new int[reader.Read7BitEncodedInt()];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = catalog.Intern(reader.ReadString());
        }

        var delta = new StatsDelta();
        var sources = new List<int>();
        var (time, stamp, position) = (0L, 0L, 0L);
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var flags = reader.ReadByte();
            var row = rows[reader.Read7BitEncodedInt()];
            var counted = new ItemAction(row, reader.ReadSingle(), (flags & Repeat) != 0, ReadDifference(reader, ref time));
            ReadDifference(reader, ref stamp);
            var place = (flags & PositionUnknown) != 0 ? StatsAction.UnknownPosition : ReadDifference(reader, ref position);
            sources.Clear();
            for (var source = reader.Read7BitEncodedInt(); source > 0; source--)
            {
                sources.Add(rows[reader.Read7BitEncodedInt()]);
            }

            delta.Add(counted, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sources), stamp, place);
        }

        return delta;
    }

    private static OrderedDictionary<int, int> IndexesOf(StatsDelta delta)
    {
        var indexes = new OrderedDictionary<int, int>();
        foreach (var action in delta.Actions)
        {
            indexes.TryAdd(action.Counted.Row, indexes.Count);
            foreach (var row in delta.SourcesOf(action))
            {
                indexes.TryAdd(row, indexes.Count);
            }
        }

        return indexes;
    }

    private static void WriteDifference(BinaryWriter writer, long value, ref long before)
    {
        var difference = value - before;
        writer.Write7BitEncodedInt64((difference << 1) ^ (difference >> 63));
        before = value;
    }

    private static long ReadDifference(BinaryReader reader, ref long before)
    {
        var folded = reader.Read7BitEncodedInt64();
        return before += (long)((ulong)folded >> 1) ^ -(folded & 1);
    }
}
