using System.Buffers.Binary;

namespace RecActors.Packing;

/// <summary>Reads what <see cref="PackedWriter"/> wrote. Anything cut short or out of range is an <see cref="InvalidDataException"/>.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int Offset { get; private set; }

    public readonly bool AtEnd => Offset == _data.Length;

    public readonly int Remaining => _data.Length - Offset;

    /// <summary>The bytes from an earlier offset up to here.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start) => _data[start..Offset];

    public byte ReadByte() => Take(1)[0];

    public ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A stored number is too long.");
    }

    public long ReadSigned()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count or length, which never exceeds <see cref="int.MaxValue"/>.</summary>
    public int ReadCount()
    {
        var value = ReadVarint();
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException("A stored length is out of range.");
    }

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public string ReadText() => OrdinalText.GetString(Take(ReadCount()));

    public void SkipText() => Take(ReadCount());

    /// <summary>A text as it is stored: bytes whose order is the ordinal order of texts.</summary>
    public ReadOnlySpan<byte> ReadTextBytes() => Take(ReadCount());

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    public void Skip(int count) => Take(count);

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_data.Length - Offset))
        {
            throw new InvalidDataException("A stored record is cut short.");
        }

        var taken = _data.Slice(Offset, count);
        Offset += count;
        return taken;
    }
}
