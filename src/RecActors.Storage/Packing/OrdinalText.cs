using System.Text;

namespace RecActors.Packing;

/// <summary>
/// Text as bytes whose order (memcmp, SQLite's order of blobs) is the ordinal order of .NET strings, and which keeps every
/// string apart, ill-formed ones too. It is UTF-8 with each UTF-16 code unit encoded by itself (CESU-8): the same as UTF-8
/// but for characters outside the basic plane, where UTF-8's order differs from the ordinal one.
/// </summary>
internal static class OrdinalText
{
    /// <summary>The most bytes that a UTF-16 code unit takes.</summary>
    private const int MaxBytesPerChar = 3;

    public static int MaxBytes(string text) => text.Length * MaxBytesPerChar;

    public static byte[] GetBytes(string text)
    {
        if (Ascii.IsValid(text))
        {
            return Encoding.ASCII.GetBytes(text);
        }

        var bytes = new byte[MaxBytes(text)];
        return bytes[..Encode(text, bytes)];
    }

    /// <summary>Writes the text, which takes at most <see cref="MaxBytes"/>, and returns the number of bytes.</summary>
    public static int Encode(string text, Span<byte> destination)
    {
        if (Ascii.FromUtf16(text, destination, out var ascii) == System.Buffers.OperationStatus.Done)
        {
            return ascii;
        }

        var length = 0;
        foreach (var unit in text)
        {
            if (unit < 0x80)
            {
                destination[length++] = (byte)unit;
            }
            else if (unit < 0x800)
            {
                destination[length++] = (byte)(0xC0 | (unit >> 6));
                destination[length++] = (byte)(0x80 | (unit & 0x3F));
            }
            else
            {
                destination[length++] = (byte)(0xE0 | (unit >> 12));
                destination[length++] = (byte)(0x80 | ((unit >> 6) & 0x3F));
                destination[length++] = (byte)(0x80 | (unit & 0x3F));
            }
        }

        return length;
    }

    /// <exception cref="InvalidDataException">The bytes are not such text.</exception>
    public static string GetString(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        var units = new char[bytes.Length];
        var length = 0;
        for (var i = 0; i < bytes.Length; length++)
        {
            int lead = bytes[i++];
            units[length] = lead switch
            {
                < 0x80 => (char)lead,
                >= 0xC2 and < 0xE0 => (char)(((lead & 0x1F) << 6) | Continuation(bytes, i++)),
                >= 0xE0 and < 0xF0 => (char)(((lead & 0x0F) << 12) | (Continuation(bytes, i++) << 6) | Continuation(bytes, i++)),
                _ => throw Malformed(),
            };
        }

        return new string(units, 0, length);
    }

    private static int Continuation(ReadOnlySpan<byte> bytes, int index) =>
        index < bytes.Length && (bytes[index] & 0xC0) == 0x80 ? bytes[index] & 0x3F : throw Malformed();

    private static InvalidDataException Malformed() => new("A stored text is malformed.");
}
