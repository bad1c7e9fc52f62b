using RecActors.Users;
using Spectre.Console;

namespace RecActors.Demo;

/// <summary>The tables that the tour prints.</summary>
internal static class TourTables
{
    private const int MostCategories = 6;
    private const int MostItems = 8;

    public static Table Taste(UserTaste taste)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Rated lately").AddColumn("Taste");
        var categories = taste.Categories.OrderByDescending(category => category.Share).Take(MostCategories).ToList();
        var items = taste.RecentItems.Take(MostItems).ToList();
        for (var row = 0; row < Math.Max(categories.Count, items.Count); row++)
        {
            table.AddRow(
                Markup.Escape(row < items.Count ? items[row].Name ?? items[row].ItemId : ""),
                row < categories.Count ? $"{Markup.Escape(categories[row].Category)} [grey]{categories[row].Share:P0}[/]" : "");
        }

        return table;
    }

    public static Table Recommendations(RecommendedList list)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("#").RightAligned()).AddColumn("Recommended").AddColumn("Why");
        for (var position = 0; position < list.Items.Count; position++)
        {
            var item = list.Items[position];
            table.AddRow($"{position + 1}", Markup.Escape(item.Name ?? item.Id), $"[grey]{Markup.Escape(ReasonText.Of(item))}[/]");
        }

        return table;
    }

    /// <summary>The new list beside the old one: what moved, and why it is where it is now.</summary>
    public static Table Changes(RecommendedList before, RecommendedList after)
    {
        var old = before.Items.Select((item, index) => (item.Id, Rank: index + 1)).ToDictionary(pair => pair.Id, pair => pair.Rank);
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("#").RightAligned()).AddColumn("Was").AddColumn("Recommended now").AddColumn("Why");
        for (var position = 0; position < after.Items.Count; position++)
        {
            var item = after.Items[position];
            table.AddRow(
                $"{position + 1}",
                old.TryGetValue(item.Id, out var rank) ? Move(rank, position + 1) : "[green]new[/]",
                Markup.Escape(item.Name ?? item.Id),
                $"[grey]{Markup.Escape(ReasonText.Of(item))}[/]");
        }

        return table;
    }

    /// <summary>What the new actions pushed out.</summary>
    public static string Gone(RecommendedList before, RecommendedList after)
    {
        var kept = after.Items.Select(item => item.Id).ToHashSet();
        var gone = before.Items.Where(item => !kept.Contains(item.Id)).Select(item => item.Name ?? item.Id).ToList();
        return gone.Count == 0 ? "nothing" : string.Join(", ", gone);
    }

    private static string Move(int from, int to) => (from - to) switch
    {
        > 0 => $"[green]{from} ↑[/]",
        < 0 => $"[yellow]{from} ↓[/]",
        _ => $"{from} =",
    };
}
