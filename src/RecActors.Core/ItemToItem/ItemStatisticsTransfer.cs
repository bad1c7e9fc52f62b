using RecActors.Threads;

namespace RecActors.ItemToItem;

/// <summary>Between live statistics, by row, and their portable state, by item id.</summary>
internal static class ItemStatisticsTransfer
{
    public static ItemStatisticsState Export(ItemStatistics statistics, Func<int, string> idOf)
    {
        var rows = new List<(string Id, int Row)>();
        for (var row = 0; row < Math.Max(statistics.Popularity.Capacity, statistics.Pairs.Capacity); row++)
        {
            if (statistics.FirstSeenMs(row) is not null || statistics.Pairs.RowOrNull(row) is not null)
            {
                rows.Add((idOf(row), row));
            }
        }

        rows.Sort(static (left, right) => string.CompareOrdinal(left.Id, right.Id));
        var placeOf = rows.Index().ToDictionary(item => item.Item.Row, item => item.Index);
        var state = new ItemStatisticsState
        {
            ItemIds = [.. rows.Select(item => item.Id)],
            Counts = [.. rows.Select(item => statistics.Count(item.Row))],
            RecentPopularities = [.. rows.Select(item => statistics.RecentPopularity(item.Row))],
            FirstSeenMs = [.. rows.Select(item => statistics.FirstSeenMs(item.Row) ?? ItemStatisticsState.NeverSeen)],
            Masses = new double[rows.Count * ItemStatisticsState.MassesPerItem],
            PairOffsets = new int[rows.Count + 1],
        };
        var pairs = new (int[] Others, float[] Values)[rows.Count];
        ForEach(rows.Count, place => pairs[place] = ExportPairs(
            statistics.Pairs, rows[place].Row, placeOf, state.Masses.AsSpan(place * ItemStatisticsState.MassesPerItem)));
        for (var place = 0; place < rows.Count; place++)
        {
            state.PairOffsets[place + 1] = state.PairOffsets[place] + pairs[place].Others.Length;
        }

        var (others, values) = (new int[state.PairOffsets[^1]], new float[(long)state.PairOffsets[^1] * PairRow.Width]);
        for (var place = 0; place < rows.Count; place++)
        {
            pairs[place].Others.CopyTo(others, state.PairOffsets[place]);
            pairs[place].Values.CopyTo(values, (long)state.PairOffsets[place] * PairRow.Width);
        }

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
        ForEach(rows.Length, place =>
        {
            if (ImportPairs(state, place, rows) is { } pairs)
            {
                statistics.Pairs.Restore(rows[place], pairs);
            }
        });
    }

    /// <summary>On all processors, since a start waits for it; on its own thread where that is one that gives way.</summary>
    private static void ForEach(int count, Action<int> work)
    {
        if (!BackgroundThread.IsCurrent)
        {
            Parallel.For(0, count, work);
            return;
        }

        for (var index = 0; index < count; index++)
        {
            work(index);
        }
    }

    private static (int[] Others, float[] Values) ExportPairs(PairTable table, int row, Dictionary<int, int> placeOf, Span<double> masses)
    {
        lock (table.StripeOf(row))
        {
            if (table.RowOrNull(row) is not { } pairs)
            {
                return ([], []);
            }

            masses[0] = pairs.OutMass;
            masses[1] = pairs.InMass;
            masses[2] = pairs.NextMass;
            var (order, count) = (new ulong[pairs.Count], 0);
            for (var index = 0; index < pairs.Count; index++)
            {
                // An item that appeared while exporting has no place yet.
                if (placeOf.TryGetValue(pairs.Others[index], out var place))
                {
                    order[count++] = ((ulong)place << 32) | (uint)index;
                }
            }

            Array.Sort(order, 0, count);
            var (others, values) = (new int[count], new float[count * PairRow.Width]);
            for (var i = 0; i < count; i++)
            {
                others[i] = (int)(order[i] >> 32);
                pairs.Values.Slice((int)(uint)order[i] * PairRow.Width, PairRow.Width).CopyTo(values.AsSpan(i * PairRow.Width));
            }

            return (others, values);
        }
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
