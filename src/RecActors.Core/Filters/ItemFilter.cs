using System.Collections.Frozen;
using RecActors.Catalog;

namespace RecActors.Filters;

/// <summary>
/// A predicate over an item's categories, labels and id, joined by and, or, not. Strings of labels are compared as the catalog's tokens,
/// so it costs a few comparisons of ints a row. Immutable, thread-safe.
/// </summary>
public sealed class ItemFilter
{
    private readonly CatalogReplica _catalog;
    private readonly Func<int, ItemRecord, bool> _allows;

    private ItemFilter(CatalogReplica catalog, IReadOnlyList<FilterStep> steps, Func<int, ItemRecord, bool> allows)
    {
        _catalog = catalog;
        Steps = steps;
        _allows = allows;
    }

    /// <summary>What it was made from: the same filter in another process.</summary>
    public IReadOnlyList<FilterStep> Steps { get; }

    /// <summary>The filter of some steps; null for none, which everything passes.</summary>
    /// <exception cref="ArgumentException">The steps are no filter: results are missing or left over.</exception>
    public static ItemFilter? Of(IReadOnlyList<FilterStep>? steps, CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (steps is null or { Count: 0 })
        {
            return null;
        }

        var results = new Stack<Func<int, ItemRecord, bool>>();
        var filter = new ItemFilter(catalog, steps, (row, item) => results.Peek()(row, item));
        foreach (var step in steps)
        {
            var operands = step.Operation == FilterOperation.Not ? 1 : step.Operation is FilterOperation.And or FilterOperation.Or ? step.Operands : 0;
            if (operands < 0 || operands > results.Count)
            {
                throw new ArgumentException("A step of the filter joins more results than there are.", nameof(steps));
            }

            var joined = new Func<int, ItemRecord, bool>[operands];
            for (var i = operands - 1; i >= 0; i--)
            {
                joined[i] = results.Pop();
            }

            results.Push(filter.Compile(step, joined));
        }

        return results.Count == 1
            ? new ItemFilter(catalog, steps, results.Pop())
            : throw new ArgumentException("The filter leaves more than one result.", nameof(steps));
    }

    /// <summary>Whether the item of a row passes.</summary>
    public bool Allows(int row, ItemRecord item) => _allows(row, item);

    private Func<int, ItemRecord, bool> Compile(FilterStep step, Func<int, ItemRecord, bool>[] joined)
    {
        switch (step.Operation)
        {
            case FilterOperation.Category:
                var category = step.Name ?? "";
                return (_, item) => item.Categories.Contains(category, StringComparer.Ordinal);
            case FilterOperation.Items:
                var ids = (step.Values ?? []).ToFrozenSet(StringComparer.Ordinal);
                return (_, item) => ids.Contains(item.ItemId);
            case FilterOperation.Label:
                return OfLabel(step.Name ?? "", step.Values ?? []);
            case FilterOperation.Range:
                var (path, from, to) = (step.Name ?? "", step.From, step.To);
                return (_, item) => LabelNumbers.Of(item, path) is { } number && number >= from && number <= to;
            case FilterOperation.Not:
                return (row, item) => !joined[0](row, item);
            case FilterOperation.And:
                return (row, item) => Array.TrueForAll(joined, part => part(row, item));
            case FilterOperation.Or:
                return (row, item) => Array.Exists(joined, part => part(row, item));
            default:
                throw new ArgumentException($"The filter's operation {(int)step.Operation} is unknown: a newer version sent it.", nameof(step));
        }
    }

    private Func<int, ItemRecord, bool> OfLabel(string path, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return (row, item) => HasToken(row, path + "=") || LabelNumbers.Of(item, path) is not null;
        }

        // A value that no item has yet has no token yet: it is looked up with each item.
        var tokens = values.Select(value => $"{path}={value}").ToArray();
        return (row, _) => Array.Exists(tokens, token =>
            _catalog.Vocabulary.TryGet(token, out var number) && _catalog.FeaturesOf(row).Tokens.Contains(number));
    }

    private bool HasToken(int row, string prefix)
    {
        var features = _catalog.FeaturesOf(row);
        foreach (var token in features.Tokens[features.Categories.Length..])
        {
            if (_catalog.Vocabulary[token].StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
