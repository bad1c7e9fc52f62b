using System.Runtime.InteropServices;
using RecActors.Packing;

namespace RecActors.Snapshots;

/// <summary>Reads what <see cref="ReducedActionWriter"/> wrote.</summary>
internal static class ReducedActionReader
{
    /// <summary>Adds the actions behind a position, if they were reduced by these rules. Returns the highest position.</summary>
    /// <exception cref="InvalidDataException">Not what <see cref="ReducedActionWriter"/> wrote.</exception>
    public static long Read(ReadOnlySpan<byte> content, ulong rules, long after, Func<string, int> rowOf, ReducedActions actions)
    {
        var reader = new PackedReader(content);
        var isOfRules = reader.ReadUInt64() == rules;
        var highest = (long)reader.ReadVarint();
        if (!isOfRules || highest <= after)
        {
            return highest;
        }

        var (rows, sources, position) = (new List<int>(), new List<int>(), highest);
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            position += reader.ReadSigned();
            var head = reader.ReadCount();
            sources.Clear();
            for (var source = head >> 1; source > 0; source--)
            {
                var number = reader.ReadCount();
                if (number == rows.Count)
                {
                    rows.Add(rowOf(reader.ReadText()));
                }

                sources.Add(number < rows.Count ? rows[number] : throw new InvalidDataException("A stored item has no id."));
            }

            if (position > after)
            {
                actions.Add(position, (head & 1) != 0, CollectionsMarshal.AsSpan(sources));
            }
        }

        return highest;
    }
}
