using System.Runtime.InteropServices;
using RecActors.Packing;

namespace RecActors.Snapshots;

/// <summary>
/// A block of reduced actions as bytes, complete in itself: rules, highest position, and the actions. Items are numbered as they come; the first time of one
/// is a number as high as the items before, and its id. Some 30 bytes an action with 20 earlier items.
/// </summary>
internal static class ReducedActionCodec
{
    public static void Write(PackedWriter writer, ulong rules, ReducedActions actions, Func<int, string> idOf)
    {
        var highest = 0L;
        for (var index = 0; index < actions.Count; index++)
        {
            highest = Math.Max(highest, actions[index].Position);
        }

        writer.WriteUInt64(rules);
        writer.WriteVarint((ulong)highest);
        writer.WriteVarint((ulong)actions.Count);
        var (numbers, before) = (new Dictionary<int, int>(), highest);
        for (var index = 0; index < actions.Count; index++)
        {
            var action = actions[index];
            writer.WriteSigned(action.Position - before);
            before = action.Position;
            writer.WriteVarint(((ulong)action.Sources << 1) | (action.IsRepeat ? 1UL : 0));
            foreach (var row in actions.SourcesOf(action))
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, row, out var isKnown);
                if (!isKnown)
                {
                    number = numbers.Count - 1;
                }

                writer.WriteVarint((ulong)number);
                if (!isKnown)
                {
                    writer.WriteText(idOf(row));
                }
            }
        }
    }

    /// <summary>Adds the actions behind a position, if they were reduced by these rules. Returns the highest position.</summary>
    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
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
