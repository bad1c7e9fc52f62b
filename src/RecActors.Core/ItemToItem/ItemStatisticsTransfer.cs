using RecActors.Threads;

namespace RecActors.ItemToItem;

/// <summary>Between live statistics, by row, and their portable state, by item id.</summary>
internal static class ItemStatisticsTransfer
{
    public static ItemStatisticsState Export(ItemStatistics statistics, Func<int, string> idOf, Action? pause)
    {
        var rows = new List<(string Id, int Row)>();
        var placeOf = new int[Math.Max(statistics.Popularity.Capacity, statistics.Pairs.Capacity)];
        for (var row = 0; row < placeOf.Length; row++)
        {
            pause?.Invoke();
            if (statistics.FirstSeenMs(row) is not null || statistics.Pairs.Peek(row) is not null)
            {
                rows.Add((idOf(row), row));
            }
        }

        rows.Sort(static (left, right) => string.CompareOrdinal(left.Id, right.Id));
        Array.Fill(placeOf, -1);
        for (var place = 0; place < rows.Count; place++)
        {
            placeOf[rows[place].Row] = place;
        }

        var state = new ItemStatisticsState
        {
            ItemIds = [.. rows.Select(item => item.Id)],
            Counts = [.. rows.Select(item => statistics.Count(item.Row))],
            RecentPopularities = [.. rows.Select(item => statistics.RecentPopularity(item.Row))],
            FirstSeenMs = [.. rows.Select(item => statistics.FirstSeenMs(item.Row) ?? ItemStatisticsState.NeverSeen)],
            Masses = new double[rows.Count * ItemStatisticsState.MassesPerItem],
            PairOffsets = new int[rows.Count + 1],
        };

        // Each item's pairs go where they belong at once: of a large site's a second copy would be memory that nobody has planned for.
        for (var place = 0; place < rows.Count; place++)
        {
            state.PairOffsets[place + 1] = state.PairOffsets[place] + PairsOf(statistics.Pairs, rows[place].Row);
        }

        var (others, values) = (new int[state.PairOffsets[^1]], new float[state.PairOffsets[^1] * PairRow.Width]);
        var lengths = new int[rows.Count];
        ForEach(rows.Count, pause, place =>
        {
            var (start, end) = (state.PairOffsets[place], state.PairOffsets[place + 1]);
            lengths[place] = ExportPairs(
                statistics.Pairs,
                rows[place].Row,
                placeOf,
                state.Masses.AsSpan(place * ItemStatisticsState.MassesPerItem),
                others.AsSpan(start..end),
                values.AsSpan((start * PairRow.Width)..(end * PairRow.Width)));
        });
        var count = CloseGaps(state.PairOffsets, lengths, others, values);
        Array.Resize(ref others, count);
        Array.Resize(ref values, count * PairRow.Width);
        return state with { PairItems = others, PairValues = values, Trending = statistics.TrendingItems.Export(idOf) };
    }

    public static void Import(ItemStatistics statistics, ItemStatisticsState state, Func<string, int> rowOf)
    {
        statistics.Pairs.Clear();
        statistics.Popularity.Clear();
        statistics.TrendingItems.Clear();
        statistics.TrendingItems.Import(state.Trending, rowOf);
        var rows = Array.ConvertAll(state.ItemIds, id => rowOf(id));
        for (var place = 0; place < rows.Length; place++)
        {
            if (state.FirstSeenMs[place] != ItemStatisticsState.NeverSeen)
            {
                statistics.Popularity.Restore(rows[place], state.Counts[place], state.RecentPopularities[place], state.FirstSeenMs[place]);
            }
        }

        // After all counts, because a limit that is met weighs pairs by them.
        ForEach(rows.Length, pause: null, place =>
        {
            if (ImportPairs(state, place, rows) is { } pairs)
            {
                statistics.Pairs.Restore(rows[place], pairs);
            }
        });
    }

    /// <summary>On all processors, since a start waits for it; on its own thread where that is one that gives way, or rests.</summary>
    private static void ForEach(int count, Action? pause, Action<int> work)
    {
        if (pause is null && !BackgroundThread.IsCurrent)
        {
            Parallel.For(0, count, work);
            return;
        }

        for (var index = 0; index < count; index++)
        {
            pause?.Invoke();
            work(index);
        }
    }

    private static int PairsOf(PairTable table, int row)
    {
        lock (table.StripeOf(row))
        {
            return table.RowOrNull(row)?.Count ?? 0;
        }
    }

    /// <summary>
    /// Copies an item's pairs in the order of the others' places, and returns how many. The stripe is held for the copy alone: whoever asks for the item
    /// waits for it.
    /// </summary>
    private static int ExportPairs(PairTable table, int row, int[] placeOf, Span<double> masses, Span<int> others, Span<float> values)
    {
        int[] fromOthers;
        float[] fromValues;
        lock (table.StripeOf(row))
        {
            if (table.RowOrNull(row) is not { } pairs)
            {
                return 0;
            }

            (masses[0], masses[1], masses[2]) = (pairs.OutMass, pairs.InMass, pairs.NextMass);
            (fromOthers, fromValues) = (pairs.Others.ToArray(), pairs.Values.ToArray());
        }

        var (order, count) = (new ulong[fromOthers.Length], 0);
        for (var index = 0; index < fromOthers.Length; index++)
        {
            // An item that appeared while exporting has no place yet.
            if (fromOthers[index] < placeOf.Length && placeOf[fromOthers[index]] is >= 0 and var place)
            {
                order[count++] = ((ulong)place << 32) | (uint)index;
            }
        }

        Array.Sort(order, 0, count);

        // Nor have more pairs than it had a place.
        count = Math.Min(count, others.Length);
        for (var i = 0; i < count; i++)
        {
            others[i] = (int)(order[i] >> 32);
            fromValues.AsSpan((int)(uint)order[i] * PairRow.Width, PairRow.Width).CopyTo(values[(i * PairRow.Width)..]);
        }

        return count;
    }

    /// <summary>Moves the pairs together where items have fewer than they had when they were given their places, and returns how many there are.</summary>
    private static int CloseGaps(int[] offsets, int[] lengths, int[] others, float[] values)
    {
        var count = 0;
        for (var place = 0; place < lengths.Length; place++)
        {
            var (start, length) = (offsets[place], lengths[place]);
            if (start != count)
            {
                others.AsSpan(start, length).CopyTo(others.AsSpan(count));
                values.AsSpan(start * PairRow.Width, length * PairRow.Width).CopyTo(values.AsSpan(count * PairRow.Width));
            }

            offsets[place] = count;
            count += length;
        }

        offsets[^1] = count;
        return count;
    }

    private static PairRow? ImportPairs(ItemStatisticsState state, int place, int[] rows)
    {
        var from = state.PairOffsets[place];
        var count = state.PairOffsets[place + 1] - from;
        var masses = state.Masses.AsSpan(place * ItemStatisticsState.MassesPerItem, ItemStatisticsState.MassesPerItem);
        if (count == 0 && !masses.ContainsAnyExcept(0))
        {
            return null;
        }

        // The row, and which of the item's pairs it is of: numbers sort several times as fast as tuples.
        var order = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = ((ulong)rows[state.PairItems[from + i]] << 32) | (uint)i;
        }

        Array.Sort(order);
        var pairs = new PairRow(count) { OutMass = masses[0], InMass = masses[1], NextMass = masses[2] };
        foreach (var item in order)
        {
            pairs.Append((int)(item >> 32), state.PairValues.AsSpan((from + (int)(uint)item) * PairRow.Width, PairRow.Width));
        }

        return pairs;
    }
}
