namespace RecActors.Packing;

/// <summary>
/// Writes names in ascending order, each as what it does not have in common with the one before (front coding): a byte with the lengths of what is
/// shared and of the rest in four bits each, where 15 stands for a varint of what is above it, which follows; then the rest. Not thread-safe.
/// </summary>
internal sealed class FrontCodedWriter
{
    public const int LengthBits = 4;
    public const int LongLength = (1 << LengthBits) - 1;
    public const int UsualNameBytes = 64;

    private readonly PackedWriter _written = new(1024);
    private byte[] _last = new byte[UsualNameBytes];
    private int _lastLength;

    public int Length => _written.Length;

    public ReadOnlySpan<byte> Written => _written.Written;

    public void Clear()
    {
        _written.Clear();
        _lastLength = 0;
    }

    /// <summary>Adds a name, which is behind all that were added.</summary>
    public void Add(ReadOnlySpan<byte> name) => Add(name, name.CommonPrefixLength(_last.AsSpan(0, _lastLength)));

    /// <summary>Adds a name of which it is known how much it shares with the one that was added last.</summary>
    public void Add(ReadOnlySpan<byte> name, int shared)
    {
        var rest = name[shared..];
        _written.WriteByte((byte)((Math.Min(shared, LongLength) << LengthBits) | Math.Min(rest.Length, LongLength)));
        WriteAbove(shared);
        WriteAbove(rest.Length);
        _written.WriteBytes(rest);
        if (name.Length > _last.Length)
        {
            Array.Resize(ref _last, 2 * name.Length);
        }

        rest.CopyTo(_last.AsSpan(shared));
        _lastLength = name.Length;
    }

    private void WriteAbove(int length)
    {
        if (length >= LongLength)
        {
            _written.WriteVarint((ulong)(length - LongLength));
        }
    }
}
