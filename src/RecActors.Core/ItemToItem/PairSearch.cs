using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RecActors.ItemToItem;

/// <summary>
/// Finds where the pairs of an action are, in all of its rows at once. A row's search is a chain of loads, each of which waits for memory, since
/// caches do not hold a large table; step by step in all rows together those of different rows overlap (Kocberber et al. 2015, "Asynchronous memory
/// access chaining"). It takes no locks and changes nothing: places are guesses to be checked under the lock, and what it has read is in the
/// caches then.
/// </summary>
internal static class PairSearch
{
    /// <summary>Pairs looked for together: more than a processor keeps loads on their way for.</summary>
    public const int Together = 32;

    // Of one element, so that a search through nothing has something to look at.
    private static readonly int[] Nothing = [-1];

    /// <summary>Guesses the index of each increment's pair: of the target among the source's pairs, or of the source among the target's.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="increments">At most <see cref="Together"/>.</param>
    /// <param name="amongTargets">Whose pairs.</param>
    /// <param name="places">The guesses.</param>
    public static void Guess(RowBlocks<PairRow?> rows, ReadOnlySpan<PairIncrement> increments, bool amongTargets, Span<int> places)
    {
        var keys = default(Keys);
        Span<int> lengths = stackalloc int[Together];
        var longest = 0;
        for (var i = 0; i < increments.Length; i++)
        {
            (keys[i], lengths[i]) = rows.Get(amongTargets ? increments[i].Target : increments[i].Source) is { } row && row.SortedKeys() is { Length: > 0 } sorted
                ? sorted
                : (Nothing, 0);
            places[i] = 0;
            longest = Math.Max(longest, lengths[i]);
        }

        for (; longest > 1; longest -= longest / 2)
        {
            for (var i = 0; i < increments.Length; i++)
            {
                var half = lengths[i] / 2;
                lengths[i] -= half;
                var key = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(keys[i]!), places[i] + half);
                var wanted = amongTargets ? increments[i].Source : increments[i].Target;

                // Half, if the key is not above what is wanted: a branch would be guessed wrong every other time, and end the overlap.
                places[i] += half & ((key - wanted - 1) >> 31);
            }
        }

        for (var i = 0; i < increments.Length; i++)
        {
            rows.Get(amongTargets ? increments[i].Target : increments[i].Source)?.PrefetchPair(places[i]);
        }
    }

    [InlineArray(Together)]
    private struct Keys
    {
        private int[]? _first;
    }
}
