using System.Buffers.Binary;
using RecActors.Feedback;
using RecActors.Packing;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// The list that is a user's journal: a header with the format of all of it, then one element for each append: the position of its
/// first entry, the number of entries, the entries.
/// </summary>
internal static class JournalList
{
    /// <summary>Bytes of a position.</summary>
    public const int PositionBytes = 7;

    private const int EpochBytes = 7;
    private const int LengthBytes = 5;
    public const int HeaderBytes = 1 + EpochBytes + LengthBytes;
    private const byte HeaderFormat = 1;

    /// <summary>Writes the header of a journal of this epoch and length.</summary>
    public static void WriteHead(Span<byte> header, JournalHead head)
    {
        header[0] = HeaderFormat;
        WriteNumber(header.Slice(1, EpochBytes), head.Epoch);
        WriteNumber(header.Slice(1 + EpochBytes, LengthBytes), head.Length);
    }

    /// <summary>Epoch and length; zeros when there is no journal.</summary>
    public static JournalHead HeadOf(RedisValue header)
    {
        if (header.IsNull)
        {
            return default;
        }

        var bytes = ((ReadOnlyMemory<byte>)header).Span;
        if (bytes.Length != HeaderBytes || bytes[0] != HeaderFormat)
        {
            throw new InvalidDataException($"A journal has format {(bytes.IsEmpty ? 0 : bytes[0])}; this version reads format {HeaderFormat}.");
        }

        return new JournalHead(NumberOf(bytes.Slice(1, EpochBytes)), NumberOf(bytes.Slice(1 + EpochBytes, LengthBytes)));
    }

    /// <summary>All entries of the elements, the header being the first.</summary>
    /// <exception cref="InvalidDataException">The list is corrupt or of a newer format.</exception>
    public static List<FeedbackEntry> EntriesOf(ReadOnlySpan<RedisValue> elements)
    {
        if (elements.IsEmpty)
        {
            return [];
        }

        var length = HeadOf(elements[0]).Length;
        var entries = new List<FeedbackEntry>((int)length);
        foreach (var element in elements[1..])
        {
            var reader = new PackedReader(AppendOf(element));
            for (var left = reader.ReadCount(); left > 0; left--)
            {
                entries.Add(FeedbackEntryCodec.Read(ref reader));
            }
        }

        return entries.Count == length
            ? entries
            : throw new InvalidDataException($"A journal has {entries.Count} entries where its header says {length}.");
    }

    /// <summary>The distinct items of the elements, the header being the first, from a position on; as stored.</summary>
    public static IReadOnlyList<byte[]> ItemsOf(ReadOnlySpan<RedisValue> elements, long from = 0)
    {
        var items = new ItemNames();
        for (var i = 1; i < elements.Length; i++)
        {
            var reader = new PackedReader(AppendOf(elements[i]));
            var count = reader.ReadCount();
            if (PositionOf(elements[i]) + count <= from)
            {
                continue;
            }

            for (var left = count; left > 0; left--)
            {
                items.Add(FeedbackEntryCodec.SkipToItem(ref reader));
            }
        }

        return items.ToList();
    }

    /// <summary>The position of the first entry, as stored: no two journals of one user share it.</summary>
    public static byte[] FirstOf(ReadOnlySpan<RedisValue> elements) =>
        ((ReadOnlyMemory<byte>)elements[1]).Span[..PositionBytes].ToArray();

    /// <summary>Writes what an append has after its position: the number of its entries, and the entries.</summary>
    public static void WriteAppend(PackedWriter writer, IReadOnlyList<FeedbackEntry> entries)
    {
        writer.WriteVarint((ulong)entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            FeedbackEntryCodec.Write(writer, entries[i]);
        }
    }

    /// <summary>Writes a position as elements begin with one.</summary>
    public static void WritePosition(Span<byte> destination, long position) => WriteNumber(destination[..PositionBytes], position);

    /// <summary>Position of an element's first entry.</summary>
    public static long PositionOf(RedisValue element) => NumberOf(((ReadOnlyMemory<byte>)element).Span[..PositionBytes]);

    /// <summary>What <see cref="WriteAppend"/> wrote.</summary>
    public static ReadOnlySpan<byte> AppendOf(RedisValue element) => ((ReadOnlyMemory<byte>)element).Span[PositionBytes..];

    private static void WriteNumber(Span<byte> bigEndian, long number)
    {
        Span<byte> padded = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(padded, number);
        padded[(sizeof(long) - bigEndian.Length)..].CopyTo(bigEndian);
    }

    private static long NumberOf(ReadOnlySpan<byte> bigEndian)
    {
        Span<byte> padded = stackalloc byte[sizeof(long)];
        padded.Clear();
        bigEndian.CopyTo(padded[(sizeof(long) - bigEndian.Length)..]);
        return BinaryPrimitives.ReadInt64BigEndian(padded);
    }
}
