using System.Buffers.Binary;
using RecActors.Feedback;
using RecActors.Packing;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>The list that is a user's journal: a header, then one element for each append, which is the position of its first entry and an <see cref="AppendFrame"/>.</summary>
internal static class JournalList
{
    private const int PositionBytes = 7;
    private const int EpochBytes = 7;
    private const int LengthBytes = 5;
    private const int HeaderBytes = 1 + EpochBytes + LengthBytes;
    private const byte HeaderFormat = 1;

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
    public static List<FeedbackEntry> EntriesOf(ReadOnlySpan<RedisValue> elements)
    {
        if (elements.IsEmpty)
        {
            return [];
        }

        var entries = new List<FeedbackEntry>((int)HeadOf(elements[0]).Length);
        foreach (var element in elements[1..])
        {
            var reader = new PackedReader(FrameOf(element));
            var head = AppendFrame.ReadHead(ref reader);
            if (head.FirstSequence != entries.Count + 1)
            {
                throw new InvalidDataException($"A journal lacks entries: after {entries.Count} it goes on with {head.FirstSequence}.");
            }

            for (var i = 0; i < head.Count; i++)
            {
                entries.Add(FeedbackEntryCodec.Read(ref reader));
            }
        }

        return entries;
    }

    /// <summary>Position of an element's first entry.</summary>
    public static long PositionOf(RedisValue element) => NumberOf(((ReadOnlyMemory<byte>)element).Span[..PositionBytes]);

    public static ReadOnlySpan<byte> FrameOf(RedisValue element) => ((ReadOnlyMemory<byte>)element).Span[PositionBytes..];

    private static long NumberOf(ReadOnlySpan<byte> bigEndian)
    {
        Span<byte> padded = stackalloc byte[sizeof(long)];
        padded.Clear();
        bigEndian.CopyTo(padded[(sizeof(long) - bigEndian.Length)..]);
        return BinaryPrimitives.ReadInt64BigEndian(padded);
    }
}
