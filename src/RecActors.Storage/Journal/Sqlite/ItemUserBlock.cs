using RecActors.Packing;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// A row of the index of items: names of users in ordinal order, front-coded. A block is kept below a size by splitting, so that entering a user
/// rewrites little however many an item has. Not thread-safe: the writer of an index has one.
/// </summary>
internal sealed class ItemUserBlock
{
    /// <summary>
    /// The most bytes of a block: some 200 names that differ in a few letters, ten of random ones. In twice as much entering takes longer, and in
    /// half of it the rows' keys take a fifth of the index.
    /// </summary>
    public const int MaxBytes = 512;

    private readonly FrontCodedWriter _writer = new();

    /// <summary>The block as it was left by <see cref="Add"/> or <see cref="Remove"/>.</summary>
    public ReadOnlySpan<byte> Written => _writer.Written;

    /// <summary>Merges names, in ascending order, into a block; false when it has them all.</summary>
    public bool Add(ReadOnlySpan<byte> block, IReadOnlyList<byte[]> names, int from, int to)
    {
        var reader = new FrontCodedReader(block);
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

    /// <summary>Leaves a name out; false when the block does not have it.</summary>
    public bool Remove(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name)
    {
        var reader = new FrontCodedReader(block);
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

    /// <summary>The first name of a block.</summary>
    public static byte[] FirstOf(ReadOnlySpan<byte> block)
    {
        var reader = new FrontCodedReader(block);
        reader.MoveNext();
        return reader.Name.ToArray();
    }

    /// <summary>The names of a block that has become too large, in blocks of about the same size with room to grow, and the keys of these.</summary>
    /// <param name="block">The block.</param>
    /// <param name="key">Its key, which the first of them keeps; the others have their first names.</param>
    public static List<(byte[] Key, byte[] Block)> Split(ReadOnlySpan<byte> block, ReadOnlySpan<byte> key)
    {
        const int Target = MaxBytes * 2 / 3;
        var (size, parts) = (block.Length / ((block.Length + Target - 1) / Target), new List<(byte[], byte[])>());
        var (part, partKey) = (new FrontCodedWriter(), key.ToArray());
        var reader = new FrontCodedReader(block);
        while (reader.MoveNext())
        {
            if (part.Length >= size)
            {
                parts.Add((partKey, part.Written.ToArray()));
                part.Clear();
                partKey = reader.Name.ToArray();
            }

            part.Add(reader.Name);
        }

        parts.Add((partKey, part.Written.ToArray()));
        return parts;
    }
}
