using RecActors.Feedback;
using RecActors.Packing;

namespace RecActors.Journal;

/// <summary>
/// One journal entry as bytes, self-delimiting; about 26 bytes for a typical action. The layout is that of
/// <see cref="AppendFrame.Format"/> and documented in <c>docs/storage-format.md</c>: a header byte, the type, the item, the
/// value unless the header implies it, the time, and the event hash, the comment and the labels if there are any.
/// </summary>
internal static class FeedbackEntryCodec
{
    private const int OperationMask = 0b0000_0011;
    private const int ValueShift = 2;
    private const int ValueMask = 0b0001_1100;
    private const int HasEventHash = 0b0010_0000;
    private const int HasComment = 0b0100_0000;
    private const int WholeSeconds = 0b1000_0000;

    /// <summary>
    /// Stands for the kind of the value where a second byte follows the header, with that kind and more flags. A version that does not know it
    /// refuses the entry by the unknown kind.
    /// </summary>
    private const int Extended = 7;

    private const int ExtensionValueMask = 0b0000_0111;
    private const int HasLabels = 0b0000_1000;

    /// <summary>The largest value stored as a varint; counts and ratings are far below.</summary>
    private const double MaxCountValue = 1 << 28;

    private const int MillisecondsPerSecond = 1000;

    private enum ValueKind : byte
    {
        One = 0,
        Zero = 1,
        Count = 2,
        Halves = 3,
        Single = 4,
        Double = 5,
    }

    public static void Write(PackedWriter writer, FeedbackEntry entry)
    {
        var kind = KindOf(entry.Value);
        var seconds = entry.TimestampMs % MillisecondsPerSecond == 0;
        var header = (int)entry.Operation | ((entry.LabelsJson is null ? (int)kind : Extended) << ValueShift)
            | (entry.EventHash != 0 ? HasEventHash : 0)
            | (entry.Comment is not null ? HasComment : 0)
            | (seconds ? WholeSeconds : 0);
        writer.WriteByte((byte)header);
        if (entry.LabelsJson is not null)
        {
            writer.WriteByte((byte)((int)kind | HasLabels));
        }

        var code = FeedbackTypeCodes.Of(entry.Type);
        writer.WriteByte(code);
        if (code == FeedbackTypeCodes.SpelledOut)
        {
            writer.WriteText(entry.Type);
        }

        writer.WriteText(entry.ItemId);
        WriteValue(writer, kind, entry.Value);
        writer.WriteSigned(seconds ? entry.TimestampMs / MillisecondsPerSecond : entry.TimestampMs);
        if (entry.EventHash != 0)
        {
            writer.WriteUInt64(entry.EventHash);
        }

        if (entry.Comment is not null)
        {
            writer.WriteText(entry.Comment);
        }

        if (entry.LabelsJson is not null)
        {
            writer.WriteText(entry.LabelsJson);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no entry of this format.</exception>
    public static FeedbackEntry Read(ref PackedReader reader)
    {
        int header = reader.ReadByte();
        var (kind, hasLabels) = ReadKind(ref reader, header);
        var code = reader.ReadByte();
        var type = code == FeedbackTypeCodes.SpelledOut ? reader.ReadText() : FeedbackTypeCodes.NameOf(code);
        var item = reader.ReadText();
        var value = ReadValue(ref reader, kind);
        var time = reader.ReadSigned();
        return new FeedbackEntry(
            OperationIn(header),
            type,
            item,
            value,
            (header & WholeSeconds) != 0 ? time * MillisecondsPerSecond : time,
            (header & HasEventHash) != 0 ? reader.ReadUInt64() : 0,
            (header & HasComment) != 0 ? reader.ReadText() : null,
            hasLabels ? reader.ReadText() : null);
    }

    /// <summary>Moves past an entry without decoding it.</summary>
    public static void Skip(ref PackedReader reader) => SkipToItem(ref reader);

    /// <summary>Moves past an entry and returns the id of its item, as stored.</summary>
    public static ReadOnlySpan<byte> SkipToItem(ref PackedReader reader)
    {
        int header = reader.ReadByte();
        var (kind, hasLabels) = ReadKind(ref reader, header);
        if (reader.ReadByte() == FeedbackTypeCodes.SpelledOut)
        {
            reader.SkipText();
        }

        var item = reader.ReadTextBytes();
        ReadValue(ref reader, kind);
        reader.ReadVarint();
        if ((header & HasEventHash) != 0)
        {
            reader.Skip(sizeof(ulong));
        }

        if ((header & HasComment) != 0)
        {
            reader.SkipText();
        }

        if (hasLabels)
        {
            reader.SkipText();
        }

        return item;
    }

    private static (ValueKind Kind, bool HasLabels) ReadKind(ref PackedReader reader, int header)
    {
        var kind = (header & ValueMask) >> ValueShift;
        if (kind != Extended)
        {
            return ((ValueKind)kind, false);
        }

        int extension = reader.ReadByte();
        return (extension & ~(ExtensionValueMask | HasLabels)) == 0
            ? ((ValueKind)(extension & ExtensionValueMask), (extension & HasLabels) != 0)
            : throw new InvalidDataException($"An entry's second byte is {extension}: it was written by a newer version.");
    }

    private static FeedbackOperation OperationIn(int header) => (FeedbackOperation)(header & OperationMask);

    private static ValueKind KindOf(double value)
    {
        // By bits: -0.0 and NaN keep theirs.
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (bits == BitConverter.DoubleToInt64Bits(1))
        {
            return ValueKind.One;
        }

        if (bits == 0)
        {
            return ValueKind.Zero;
        }

        if (value is > 0 and <= MaxCountValue && value * 2 == Math.Floor(value * 2))
        {
            return value == Math.Floor(value) ? ValueKind.Count : ValueKind.Halves;
        }

        return BitConverter.DoubleToInt64Bits((float)value) == bits ? ValueKind.Single : ValueKind.Double;
    }

    private static void WriteValue(PackedWriter writer, ValueKind kind, double value)
    {
        switch (kind)
        {
            case ValueKind.Count:
                writer.WriteVarint((ulong)value);
                break;
            case ValueKind.Halves:
                writer.WriteVarint((ulong)(value * 2));
                break;
            case ValueKind.Single:
                writer.WriteUInt32(BitConverter.SingleToUInt32Bits((float)value));
                break;
            case ValueKind.Double:
                writer.WriteUInt64(BitConverter.DoubleToUInt64Bits(value));
                break;
        }
    }

    private static double ReadValue(ref PackedReader reader, ValueKind kind) => kind switch
    {
        ValueKind.One => 1,
        ValueKind.Zero => 0,
        ValueKind.Count => reader.ReadVarint(),
        ValueKind.Halves => reader.ReadVarint() / 2.0,
        ValueKind.Single => BitConverter.UInt32BitsToSingle(reader.ReadUInt32()),
        ValueKind.Double => BitConverter.UInt64BitsToDouble(reader.ReadUInt64()),
        _ => throw new InvalidDataException($"Value kind {(int)kind} is unknown: it was written by a newer version."),
    };
}
