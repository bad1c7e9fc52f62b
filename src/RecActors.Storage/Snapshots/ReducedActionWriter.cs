using System.Runtime.InteropServices;
using RecActors.Packing;

namespace RecActors.Snapshots;

/// <summary>
/// Writes blocks of reduced actions as bytes, each complete in itself: rules, highest position, and the actions. Items are numbered as they come; the first
/// time of one is a number as high as the items before, and its id. Some 30 bytes an action with 20 earlier items. Keeps its room between blocks; not thread-safe.
/// </summary>
internal sealed class ReducedActionWriter
{
    /// <summary>Numbers that room is kept for: an emptied table is swept for each block, however few it has.</summary>
    private const int MostKept = 65_536;

    private readonly Dictionary<int, int> _numbers = [];
    private PackedWriter _block = new();

    /// <summary>A block, until the next one is written.</summary>
    public ReadOnlySpan<byte> Write(ulong rules, ReducedActions actions, Func<int, string> idOf)
    {
        Clear();
        var highest = Highest(actions);
        _block.WriteUInt64(rules);
        _block.WriteVarint((ulong)highest);
        _block.WriteVarint((ulong)actions.Count);
        var before = highest;
        for (var index = 0; index < actions.Count; index++)
        {
            var action = actions[index];
            _block.WriteSigned(action.Position - before);
            before = action.Position;
            _block.WriteVarint(((ulong)action.Sources << 1) | (action.IsRepeat ? 1UL : 0));
            foreach (var row in actions.SourcesOf(action))
            {
                WriteItem(row, idOf);
            }
        }

        return _block.Written;
    }

    private void Clear()
    {
        var isLarge = _numbers.Count > MostKept;
        _numbers.Clear();
        _block.Clear();
        if (isLarge)
        {
            _numbers.TrimExcess();
            _block = new PackedWriter();
        }
    }

    private static long Highest(ReducedActions actions)
    {
        var highest = 0L;
        for (var index = 0; index < actions.Count; index++)
        {
            highest = Math.Max(highest, actions[index].Position);
        }

        return highest;
    }

    private void WriteItem(int row, Func<int, string> idOf)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, row, out var isKnown);
        if (isKnown)
        {
            _block.WriteVarint((ulong)number);
            return;
        }

        number = _numbers.Count - 1;
        _block.WriteVarint((ulong)number);
        _block.WriteText(idOf(row));
    }
}
