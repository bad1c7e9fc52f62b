using System.Runtime.CompilerServices;

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

    /// <summary>
    /// Guesses the index of each increment's pair: of the target among the source's pairs, or of the source among the target's. Of a row that puts off what is added to it
    /// only the end of its log is asked for.
    /// </summary>
    /// <param name="rows">All rows.</param>
    /// <param name="increments">At most <see cref="Together"/>.</param>
    /// <param name="amongTargets">Whose pairs.</param>
    /// <param name="mostPairs">Of a row, beyond which nothing is put off.</param>
    /// <param name="places">The guesses.</param>
    public static void Guess(RowBlocks<PairRow?> rows, ReadOnlySpan<PairIncrement> increments, bool amongTargets, int mostPairs, Span<int> places)
    {
        var found = default(Rows);
        for (var i = 0; i < increments.Length; i++)
        {
            found[i] = rows.Get(amongTargets ? increments[i].Target : increments[i].Source);
            found[i]?.Prefetch();
        }

        for (var i = 0; i < increments.Length; i++)
        {
            if (found[i] is { } row && row.TryPrefetchLog(mostPairs))
            {
                found[i] = null;
            }
            else
            {
                found[i]?.PrefetchIndex();
            }
        }

        for (var i = 0; i < increments.Length; i++)
        {
            places[i] = found[i]?.BlockOf(amongTargets ? increments[i].Source : increments[i].Target) ?? 0;
        }

        for (var i = 0; i < increments.Length; i++)
        {
            places[i] = found[i]?.Guess(amongTargets ? increments[i].Source : increments[i].Target, places[i]) ?? 0;
        }
    }

    [InlineArray(Together)]
    private struct Rows
    {
        private PairRow? _first;
    }
}
