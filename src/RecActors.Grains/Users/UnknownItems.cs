using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Items;

namespace RecActors.Users;

/// <summary>
/// Sees to it that items which actions name are in the catalog. An item that is there costs a lookup in this silo's replica; only
/// an unknown one costs a call to its grain. Thread-safe.
/// </summary>
internal sealed class UnknownItems(CatalogReplica catalog, IGrainFactory grains, IOptions<UserOptions> options)
{
    /// <summary>Creates those of the items that are unknown; a few at a time, whatever their number.</summary>
    public Task EnsureAsync(IReadOnlyList<FeedbackAction> actions, CancellationToken cancellationToken)
    {
        if (!options.Value.InsertUnknownItems)
        {
            return Task.CompletedTask;
        }

        HashSet<string>? unknown = null;
        foreach (var action in actions)
        {
            if (IsUnknown(action))
            {
                (unknown ??= []).Add(action.ItemId);
            }
        }

        return unknown is null ? Task.CompletedTask : InsertAsync(unknown, cancellationToken);
    }

    /// <summary>True when nothing has to be created.</summary>
    public bool AreNone(IReadOnlyList<FeedbackAction> actions)
    {
        for (var i = 0; i < actions.Count && options.Value.InsertUnknownItems; i++)
        {
            if (IsUnknown(actions[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsUnknown(in FeedbackAction action) => action.Operation != Feedback.FeedbackOperation.Remove && !IsKnown(action.ItemId);

    private bool IsKnown(string itemId) => catalog.TryGetRow(itemId, out var row) && catalog[row] is not null;

    private async Task InsertAsync(IEnumerable<string> itemIds, CancellationToken cancellationToken)
    {
        foreach (var some in itemIds.Chunk(options.Value.MaxConcurrentItemInserts))
        {
            await Task.WhenAll(some.Select(itemId => grains.GetGrain<IItemGrain>(itemId).EnsureAsync(cancellationToken)));
        }
    }
}
