namespace RecActors.Packing;

/// <summary>Reads names that <see cref="FrontCodedWriter"/> wrote, in their order.</summary>
internal ref struct FrontCodedReader(ReadOnlySpan<byte> names)
{
    private PackedReader _reader = new(names);
    private byte[] _name = new byte[FrontCodedWriter.UsualNameBytes];
    private int _length;

    /// <summary>The current name; it changes with the next move.</summary>
    public readonly ReadOnlySpan<byte> Name => _name.AsSpan(0, _length);

    /// <summary>How many bytes the current name has in common with the one before.</summary>
    public int Shared { get; private set; }

    /// <summary>How many bytes the current name takes, as it is stored.</summary>
    public int StoredBytes { get; private set; }

    /// <summary>Moves on to the next name; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such names.</exception>
    public bool MoveNext()
    {
        if (_reader.AtEnd)
        {
            return false;
        }

        var start = _reader.Offset;
        int lengths = _reader.ReadByte();
        var shared = LengthOf(lengths >> FrontCodedWriter.LengthBits);
        var rest = _reader.ReadBytes(LengthOf(lengths & FrontCodedWriter.LongLength));
        if (shared > _length)
        {
            throw new InvalidDataException("A stored list of names is corrupt.");
        }

        if (shared + rest.Length > _name.Length)
        {
            Array.Resize(ref _name, 2 * (shared + rest.Length));
        }

        rest.CopyTo(_name.AsSpan(shared));
        (Shared, _length, StoredBytes) = (shared, shared + rest.Length, _reader.Offset - start);
        return true;
    }

    private int LengthOf(int bits)
    {
        if (bits < FrontCodedWriter.LongLength)
        {
            return bits;
        }

        var above = _reader.ReadCount();
        return above <= int.MaxValue - FrontCodedWriter.LongLength
            ? FrontCodedWriter.LongLength + above
            : throw new InvalidDataException("A stored list of names is corrupt.");
    }
}
