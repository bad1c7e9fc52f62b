using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RecActors.Hardware;

namespace RecActors.Retrieval;

/// <summary>Consecutive rows of a <see cref="VectorTable"/>. Rows that readers see are never written again.</summary>
internal sealed class VectorBlock
{
    /// <summary>A cache line, and the widest register: a load across two lines costs two.</summary>
    private const int AlignmentBytes = 64;

    private readonly float[] _values;
    private readonly int _offset;
    private BlockCodes? _codes;

    /// <summary>A block of zeros, aligned; pinned, because the garbage collector would move it off its alignment.</summary>
    public VectorBlock(int dimensions)
    {
        Dimensions = dimensions;
        _values = GC.AllocateArray<float>((VectorTable.BlockRows * dimensions) + (AlignmentBytes / sizeof(float)), pinned: true);
        var misaligned = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0) % AlignmentBytes);
        _offset = misaligned == 0 ? 0 : (AlignmentBytes - misaligned) / sizeof(float);
        SquaredNorms = new float[VectorTable.BlockRows];
    }

    /// <summary>A copy, not aligned: pinned memory is reclaimed too rarely for what every change of an item needs anew.</summary>
    private VectorBlock(VectorBlock original)
    {
        Dimensions = original.Dimensions;
        _values = original.Rows(0, VectorTable.BlockRows).ToArray();
        SquaredNorms = (float[])original.SquaredNorms.Clone();
    }

    public int Dimensions { get; }

    /// <summary>|v|² of each row.</summary>
    public float[] SquaredNorms { get; }

    /// <summary>Vectors of consecutive rows, one after the other.</summary>
    public ReadOnlySpan<float> Rows(int start, int count) => _values.AsSpan(_offset + (start * Dimensions), count * Dimensions);

    /// <summary>
    /// One row. Its place follows from the block alone: to check it against the array's length would wait for a cache line more, since the length lies
    /// before the first row, and rows are read one by one from all over the table.
    /// </summary>
    public ReadOnlySpan<float> Row(int index)
    {
        CheckIndex(index);
        return MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), _offset + (index * Dimensions)), Dimensions);
    }

    /// <summary>|v|² of one row, read like <see cref="Row"/>.</summary>
    public float SquaredNorm(int index)
    {
        CheckIndex(index);
        return Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(SquaredNorms), index);
    }

    /// <summary>Asks for one row and its |v|², which will be read soon; a hint.</summary>
    public void Prefetch(int index)
    {
        var row = Row(index);
        CacheHint.Read(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(SquaredNorms), index));
        Prefetch(row);
    }

    /// <summary>Asks for rows that will be read soon, as far as the block has them; a hint.</summary>
    public void Prefetch(int start, int count) => Prefetch(Rows(start, Math.Clamp(VectorTable.BlockRows - start, 0, count)));

    /// <summary>The codes of the first rows, at least so many; made when they are asked for. Readers see these rows already, so that they never change.</summary>
    public BlockCodes Codes(int rows)
    {
        var known = Volatile.Read(ref _codes);
        if (known is null || known.Rows < rows)
        {
            known = BlockCodes.Of(this, rows);
            Volatile.Write(ref _codes, known);
        }

        return known;
    }

    public void Set(int index, ReadOnlySpan<float> vector, float squaredNorm)
    {
        vector.CopyTo(_values.AsSpan(_offset + (index * Dimensions)));
        SquaredNorms[index] = squaredNorm;
    }

    /// <summary>Zeros again, for an owner who alone has the block.</summary>
    public void Clear()
    {
        Array.Clear(_values);
        Array.Clear(SquaredNorms);
        Volatile.Write(ref _codes, null);
    }

    public VectorBlock Clone() => new(this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(ReadOnlySpan<float> values)
    {
        for (var place = 0; place < values.Length; place += CacheHint.Line / sizeof(float))
        {
            CacheHint.Read(in values[place]);
        }
    }

    private static void CheckIndex(int index) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)VectorTable.BlockRows, nameof(index));
}
