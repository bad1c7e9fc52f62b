using RecActors.Feedback;
using RecActors.Packing;

namespace RecActors.Journal;

/// <summary>
/// What one append of a user wrote: format byte, number of its first entry, count, entries. A frame without entries says
/// only that the user is registered.
/// </summary>
internal static class AppendFrame
{
    /// <summary>The format of frames and of the entries in them. A reader refuses a higher one.</summary>
    public const byte Format = 1;

    public static byte[] Encode(PackedWriter writer, long firstSequence, IReadOnlyList<FeedbackEntry> entries)
    {
        writer.Clear();
        writer.WriteByte(Format);
        writer.WriteVarint((ulong)firstSequence);
        writer.WriteVarint((ulong)entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            FeedbackEntryCodec.Write(writer, entries[i]);
        }

        return writer.ToArray();
    }

    /// <summary>Reads the frame's head; the reader then stands before its first entry.</summary>
    /// <exception cref="InvalidDataException">The bytes are no frame, or one of a newer format.</exception>
    public static FrameHead ReadHead(ref PackedReader reader)
    {
        var format = reader.ReadByte();
        if (format != Format)
        {
            throw new InvalidDataException($"A journal record has format {format}; this version reads format {Format}.");
        }

        return new FrameHead((long)reader.ReadVarint(), reader.ReadCount());
    }
}

/// <summary>Number of a frame's first entry in its user's journal (from 1), and the number of its entries.</summary>
internal readonly record struct FrameHead(long FirstSequence, int Count)
{
    public long LastSequence => FirstSequence + Count - 1;
}
