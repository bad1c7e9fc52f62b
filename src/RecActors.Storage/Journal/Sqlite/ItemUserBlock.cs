using System.Buffers.Binary;
using System.IO.Hashing;
using RecActors.Packing;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// A row of the index of items: a checksum, then names of users in ordinal order, front-coded. A block is kept below a size by splitting, so that
/// entering a user rewrites little however many an item has. Not thread-safe: the writer of an index has one.
/// </summary>
internal sealed class ItemUserBlock
{
    /// <summary>
    /// The most bytes of a block with more than one name: some 200 names that differ in a few letters, ten of random ones. In twice as much entering
    /// takes longer, and in half of it the rows' keys take a fifth of the index.
    /// </summary>
    public const int MaxBytes = 512;

    private const int ChecksumBytes = sizeof(uint);

    private readonly FrontCodedWriter _writer = new();

    /// <summary>The names as they were left by <see cref="Add"/> or <see cref="Remove"/>, without a checksum.</summary>
    public ReadOnlySpan<byte> Names => _writer.Written;

    /// <summary>The names of a stored block.</summary>
    /// <exception cref="InvalidDataException">It is corrupt.</exception>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> block) =>
        block.Length > ChecksumBytes && XxHash32.HashToUInt32(block[ChecksumBytes..]) == BinaryPrimitives.ReadUInt32LittleEndian(block)
            ? block[ChecksumBytes..]
            : throw new InvalidDataException("A block of the index of feedback by item is corrupt: its checksum differs.");

    /// <summary>Merges names, in ascending order, into those of a block; false when it has them all.</summary>
    public bool Add(ReadOnlySpan<byte> known, IReadOnlyList<byte[]> names, int from, int to)
    {
        var reader = new FrontCodedReader(known);
        var (changed, isBehindNewOne) = (false, false);
        _writer.Clear();
        while (reader.MoveNext())
        {
            int order;
            while ((order = from < to ? names[from].AsSpan().SequenceCompareTo(reader.Name) : 1) < 0)
            {
                _writer.Add(names[from++]);
                changed = isBehindNewOne = true;
            }

            if (isBehindNewOne)
            {
                _writer.Add(reader.Name);
            }
            else
            {
                _writer.Add(reader.Name, reader.Shared);
            }

            isBehindNewOne = false;
            from += order == 0 ? 1 : 0;
        }

        for (; from < to; from++)
        {
            _writer.Add(names[from]);
            changed = true;
        }

        return changed;
    }

    /// <summary>Leaves a name out of those of a block; false when they do not have it.</summary>
    public bool Remove(ReadOnlySpan<byte> known, ReadOnlySpan<byte> name)
    {
        var reader = new FrontCodedReader(known);
        var found = false;
        _writer.Clear();
        while (reader.MoveNext())
        {
            if (reader.Name.SequenceEqual(name))
            {
                found = true;
            }
            else
            {
                _writer.Add(reader.Name);
            }
        }

        return found;
    }

    /// <summary>The first of a block's names.</summary>
    public static byte[] FirstOf(ReadOnlySpan<byte> names)
    {
        var reader = new FrontCodedReader(names);
        reader.MoveNext();
        return reader.Name.ToArray();
    }

    /// <summary>
    /// Names as blocks to be stored, with their keys: one, or where they have become too many, blocks of two thirds of the most, so that there is room to
    /// grow, and a rest. Not halves: where ids ascend, only the last block grows.
    /// </summary>
    /// <param name="names">The names, as <see cref="FrontCodedWriter"/> wrote them.</param>
    /// <param name="key">The key of the first block; the others have their first names.</param>
    public static List<(byte[] Key, byte[] Block)> Seal(ReadOnlySpan<byte> names, ReadOnlySpan<byte> key)
    {
        if (names.Length <= MaxBytes - ChecksumBytes)
        {
            return [(key.ToArray(), Seal(names))];
        }

        const int Target = MaxBytes * 2 / 3;
        var (blocks, part, partKey) = (new List<(byte[], byte[])>(), new FrontCodedWriter(), key.ToArray());
        var reader = new FrontCodedReader(names);
        while (reader.MoveNext())
        {
            if (part.Length > 0 && part.Length + reader.StoredBytes > Target)
            {
                blocks.Add((partKey, Seal(part.Written)));
                part.Clear();
                partKey = reader.Name.ToArray();
            }

            part.Add(reader.Name);
        }

        blocks.Add((partKey, Seal(part.Written)));
        return blocks;
    }

    private static byte[] Seal(ReadOnlySpan<byte> names)
    {
        var block = new byte[ChecksumBytes + names.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(block, XxHash32.HashToUInt32(names));
        names.CopyTo(block.AsSpan(ChecksumBytes));
        return block;
    }
}
