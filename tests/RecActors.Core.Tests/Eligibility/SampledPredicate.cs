using RecActors.Filters;

namespace RecActors.Ranking;

/// <summary>A predicate in both tongues: the steps that the product is asked with, and what they mean of an item.</summary>
internal sealed record SampledPredicate(IReadOnlyList<FilterStep> Steps, Func<KnownItem, bool> Passes)
{
    public static readonly string[] Categories = ["red", "green", "blue", "rare"];
    public static readonly string[] Makers = ["Acme", "Bolt", "Cogs", "Über"];
    public static readonly string[] Tags = ["x", "y", "z"];

    /// <summary>A predicate of at most so many levels.</summary>
    public static SampledPredicate Of(Random random, int depth, int items)
    {
        switch (depth == 0 ? random.Next(6) : random.Next(9))
        {
            case 0:
                var category = random.Next(9) == 0 ? "none" : Pick(random, Categories);
                return Leaf(new(FilterOperation.Category, category), item => item.Categories.Contains(category));
            case 1:
                var (from, to) = (random.Next(100), random.Next(100));
                return Leaf(
                    new(FilterOperation.Range, "price", From: from, To: to), item => item.Price is { } price && price >= from && price <= to);
            case 2:
                string[] makers = [Pick(random, Makers), random.Next(2) == 0 ? "nobody" : Pick(random, Makers)];
                return Leaf(new(FilterOperation.Label, "maker.name", makers), item => item.Maker is { } maker && makers.Contains(maker));
            case 3:
                var tag = Pick(random, Tags);
                return Leaf(new(FilterOperation.Label, "tags", [tag]), item => item.Tags.Contains(tag));
            case 4:
                return random.Next(2) == 0
                    ? Leaf(new(FilterOperation.Label, "maker.name"), item => item.Maker is not null)
                    : Leaf(new(FilterOperation.Label, "price"), item => item.Price is not null);
            case 5:
                var ids = Enumerable.Range(0, random.Next(1, 40)).Select(_ => $"i{random.Next(items + 5)}").ToArray();
                return Leaf(new(FilterOperation.Items, Values: ids), item => ids.Contains(item.Id));
            case 6:
                var inner = Of(random, depth - 1, items);
                return new([.. inner.Steps, new(FilterOperation.Not)], item => !inner.Passes(item));
            default:
                var parts = Enumerable.Range(0, random.Next(4)).Select(_ => Of(random, depth - 1, items)).ToArray();
                var all = random.Next(2) == 0;
                return new(
                    [.. parts.SelectMany(part => part.Steps), new(all ? FilterOperation.And : FilterOperation.Or, Operands: parts.Length)],
                    item => all ? parts.All(part => part.Passes(item)) : parts.Any(part => part.Passes(item)));
        }
    }

    public static string Pick(Random random, string[] names) => names[random.Next(names.Length)];

    private static SampledPredicate Leaf(FilterStep step, Func<KnownItem, bool> passes) => new([step], passes);
}
