using System.Buffers.Binary;
using System.Numerics;

namespace RecActors.Packing;

/// <summary>A growing buffer of packed fields: little-endian fixed-size numbers, LEB128 varints, length-prefixed text.</summary>
internal sealed class PackedWriter(int capacity = 256)
{
    private const int MaxVarintBytes = 10;
    private byte[] _buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public byte[] ToArray() => Written.ToArray();

    public void Clear() => Length = 0;

    public void WriteByte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void WriteVarint(ulong value)
    {
        var span = Reserve(MaxVarintBytes);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        Length += count;
    }

    /// <summary>A signed number of small magnitude: zigzag, then varint.</summary>
    public void WriteSigned(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        Length += sizeof(uint);
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        Length += sizeof(ulong);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void WriteText(string text)
    {
        // The length comes first and is not known before encoding; ASCII, nearly all ids, encodes to as many bytes as chars.
        if (System.Text.Ascii.IsValid(text))
        {
            WriteVarint((ulong)text.Length);
            Length += OrdinalText.Encode(text, Reserve(text.Length));
            return;
        }

        var bytes = OrdinalText.GetBytes(text);
        WriteVarint((ulong)bytes.Length);
        WriteBytes(bytes);
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + count)));
        }

        return _buffer.AsSpan(Length);
    }
}
