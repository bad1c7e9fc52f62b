using RecActors.Packing;

namespace RecActors.Snapshots;

/// <summary>
/// A block of reduced actions as bytes, complete in itself: rules, position, and the actions. Items are numbered as they come; the first time of one
/// is a number more than there are, and its id. Some 40 bytes an action with 20 earlier items.
/// </summary>
internal static class ReducedActionCodec
{
    public static void Write(PackedWriter writer, ulong rules, long position, ReducedActions actions, Func<int, string> idOf)
    {
        writer.WriteUInt64(rules);
        writer.WriteVarint((ulong)position);
        writer.WriteVarint((ulong)actions.Count);
        var numbers = new Dictionary<int, int>();
        for (var index = 0; index < actions.Count; index++)
        {
            var action = actions[index];
            writer.WriteUInt64(action.User);
            writer.WriteVarint((ulong)action.Sequence);
            writer.WriteVarint(((ulong)action.Sources << 1) | (action.IsRepeat ? 1UL : 0));
            foreach (var row in actions.SourcesOf(action))
            {
                if (numbers.TryGetValue(row, out var number))
                {
                    writer.WriteVarint((ulong)number);
                }
                else
                {
                    writer.WriteVarint((ulong)numbers.Count);
                    writer.WriteText(idOf(row));
                    numbers.Add(row, numbers.Count);
                }
            }
        }
    }

    /// <summary>Adds the actions, if they were reduced by these rules. Returns the position.</summary>
    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static long Read(ReadOnlySpan<byte> content, ulong rules, Func<string, int> rowOf, ReducedActions actions)
    {
        var reader = new PackedReader(content);
        var isOfRules = reader.ReadUInt64() == rules;
        var position = (long)reader.ReadVarint();
        if (!isOfRules)
        {
            return position;
        }

        var (rows, sources) = (new List<int>(), new List<int>());
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            var (user, sequence, head) = (reader.ReadUInt64(), (long)reader.ReadVarint(), reader.ReadCount());
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

            actions.Add(user, sequence, (head & 1) != 0, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sources));
        }

        return position;
    }
}
