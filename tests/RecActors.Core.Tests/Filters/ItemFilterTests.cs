using RecActors.Catalog;

namespace RecActors.Filters;

public sealed class ItemFilterTests
{
    private readonly CatalogReplica _catalog = new();
    private readonly int _row;

    public ItemFilterTests() => _row = _catalog.Apply(new CatalogChange(1, "a", new ItemRecord
    {
        ItemId = "a",
        Categories = ["red", "new"],
        LabelsJson = """{"year":1995,"price":9.5,"maker":{"name":"Acme"},"tags":["x","y"]}""",
    }));

    public static TheoryData<string, bool, FilterStep[]> Filters => new()
    {
        { "category", true, [new(FilterOperation.Category, "red")] },
        { "another category", false, [new(FilterOperation.Category, "blue")] },
        { "a label's value", true, [new(FilterOperation.Label, "maker.name", ["Other", "Acme"])] },
        { "another value", false, [new(FilterOperation.Label, "maker.name", ["acme"])] },
        { "an element of an array", true, [new(FilterOperation.Label, "tags", ["y"])] },
        { "any value", true, [new(FilterOperation.Label, "maker.name")] },
        { "any number", true, [new(FilterOperation.Label, "price")] },
        { "no such label", false, [new(FilterOperation.Label, "maker.nam")] },
        { "a category is no label", false, [new(FilterOperation.Label, "category", [])] },
        { "a range with its ends", true, [new(FilterOperation.Range, "price", From: 9.5, To: 9.5)] },
        { "an open range", true, [new(FilterOperation.Range, "year", From: 1990)] },
        { "outside", false, [new(FilterOperation.Range, "year", To: 1994)] },
        { "no number", false, [new(FilterOperation.Range, "tags", From: 0)] },
        { "items", true, [new(FilterOperation.Items, Values: ["b", "a"])] },
        { "not", false, [new(FilterOperation.Items, Values: ["a"]), new(FilterOperation.Not)] },
        { "and", false, [new(FilterOperation.Category, "red"), new(FilterOperation.Category, "blue"), new(FilterOperation.And, Operands: 2)] },
        { "or", true, [new(FilterOperation.Category, "red"), new(FilterOperation.Category, "blue"), new(FilterOperation.Or, Operands: 2)] },
        { "all of nothing", true, [new(FilterOperation.And)] },
        { "any of nothing", false, [new(FilterOperation.Or)] },
        {
            "nested", true,
            [
                new(FilterOperation.Category, "blue"), new(FilterOperation.Not), new(FilterOperation.Category, "red"),
                new(FilterOperation.Range, "price", To: 1), new(FilterOperation.Or, Operands: 2), new(FilterOperation.And, Operands: 2),
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public void Allows_Item_AsTheStepsSay(string what, bool expected, FilterStep[] steps) =>
        Assert.True(expected == ItemFilter.Of(steps, _catalog)!.Allows(_row, _catalog[_row]!), what);

    [Fact]
    public void Of_NoSteps_IsNoFilter() => Assert.Null(ItemFilter.Of([], _catalog));

    [Fact]
    public void Of_StepsThatAreNoFilter_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ItemFilter.Of([new(FilterOperation.Not)], _catalog));
        Assert.Throws<ArgumentException>(() => ItemFilter.Of([new(FilterOperation.Category, "a"), new(FilterOperation.And, Operands: 2)], _catalog));
        Assert.Throws<ArgumentException>(() => ItemFilter.Of([new(FilterOperation.Category, "a"), new(FilterOperation.Category, "b")], _catalog));
        Assert.Throws<ArgumentException>(() => ItemFilter.Of([new((FilterOperation)99)], _catalog));
    }
}
