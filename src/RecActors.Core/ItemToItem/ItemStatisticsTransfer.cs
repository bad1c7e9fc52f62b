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
        var others = new List<int>();
        var values = new List<float>();
        for (var place = 0; place < rows.Count; place++)
        {
            ExportPairs(statistics.Pairs, rows[place].Row, placeOf, state.Masses.AsSpan(place * ItemStatisticsState.MassesPerItem), others, values);
            state.PairOffsets[place + 1] = others.Count;
        }

        return state with { PairItems = [.. others], PairValues = [.. values] };
    }

    public static void Import(ItemStatistics statistics, ItemStatisticsState state, Func<string, int> rowOf)
    {
        statistics.Pairs.Clear();
        statistics.Popularity.Clear();
        var rows = Array.ConvertAll(state.ItemIds, id => rowOf(id));
        for (var place = 0; place < rows.Length; place++)
        {
            if (state.FirstSeenMs[place] != ItemStatisticsState.NeverSeen)
            {
                statistics.Popularity.Restore(rows[place], state.Counts[place], state.RecentPopularities[place], state.FirstSeenMs[place]);
            }
        }

        // After all counts, because a limit that is met weighs pairs by them.
        for (var place = 0; place < rows.Length; place++)
        {
            if (ImportPairs(state, place, rows) is { } pairs)
            {
                statistics.Pairs.Restore(rows[place], pairs);
            }
        }
    }

    private static void ExportPairs(
        PairTable table, int row, Dictionary<int, int> placeOf, Span<double> masses, List<int> others, List<float> values)
    {
        lock (table.StripeOf(row))
        {
            if (table.RowOrNull(row) is not { } pairs)
            {
                return;
            }

            masses[0] = pairs.OutMass;
            masses[1] = pairs.InMass;
            masses[2] = pairs.NextMass;
            var places = new List<(int Place, int Index)>(pairs.Count);
            for (var index = 0; index < pairs.Count; index++)
            {
                // An item that appeared while exporting has no place yet.
                if (placeOf.TryGetValue(pairs.Others[index], out var place))
                {
                    places.Add((place, index));
                }
            }

            places.Sort();
            foreach (var (place, index) in places)
            {
                others.Add(place);
                values.AddRange(pairs.Values.Slice(index * PairRow.Width, PairRow.Width));
            }
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

        var order = new (int Row, int Pair)[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = (rows[state.PairItems[from + i]], from + i);
        }

        Array.Sort(order);
        var pairs = new PairRow { OutMass = masses[0], InMass = masses[1], NextMass = masses[2] };
        foreach (var (row, pair) in order)
        {
            pairs.Append(row, state.PairValues.AsSpan(pair * PairRow.Width, PairRow.Width));
        }

        return pairs;
    }
}
