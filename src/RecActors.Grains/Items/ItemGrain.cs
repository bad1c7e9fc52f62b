using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Models;
using RecActors.Sharding;

namespace RecActors.Items;

/// <summary>
/// An item: its record in the catalog store is its state, and this grain the record's one writer. One that has been replaced without
/// knowing (its silo hung) is refused by the store, since each write names the change that it follows.
/// </summary>
[GrainType("item")]
internal sealed class ItemGrain(
    ICatalogStore store, CatalogReplica replica, ModelHolder models, ShardedRanking sharded, MembershipLease lease)
    : Grain, IItemGrain
{
    private ItemRecord? _record;
    private long _lastChange;
    private long _version;

    private string ItemId => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    public async Task<Item?> GetAsync(CancellationToken cancellationToken) =>
        await KnownAsync(cancellationToken) is { } known ? Item.From(known) : null;

    public Task PutAsync(Item item, CancellationToken cancellationToken) => WriteAsync(new ItemRecord
    {
        ItemId = ItemId,
        IsHidden = item.IsHidden,
        Categories = item.Categories,
        TimestampMs = item.TimestampMs,
        ExpiresAtMs = item.ExpiresAtMs,
        LabelsJson = item.LabelsJson,
        Comment = item.Comment,
    });

    public Task EnsureAsync(CancellationToken cancellationToken) =>
        _record is null ? WriteAsync(new ItemRecord { ItemId = ItemId }) : Task.CompletedTask;

    public async Task<bool> PatchAsync(ItemPatch patch, CancellationToken cancellationToken)
    {
        if (await KnownAsync(cancellationToken) is not { } known)
        {
            return false;
        }

        await WriteAsync(known with
        {
            IsHidden = patch.IsHidden ?? known.IsHidden,
            Categories = patch.Categories ?? known.Categories,
            TimestampMs = patch.TimestampMs ?? known.TimestampMs,
            ExpiresAtMs = patch.ExpiresAtMs ?? known.ExpiresAtMs,
            LabelsJson = patch.LabelsJson ?? known.LabelsJson,
            Comment = patch.Comment ?? known.Comment,
        });
        return true;
    }

    public async Task<bool> SetCategoryAsync(string category, bool present, CancellationToken cancellationToken)
    {
        if (await KnownAsync(cancellationToken) is not { } known)
        {
            return false;
        }

        if (known.Categories.Contains(category, StringComparer.Ordinal) != present)
        {
            await WriteAsync(known with
            {
                Categories = present ? [.. known.Categories, category] : [.. known.Categories.Where(other => other != category)],
            });
        }

        return true;
    }

    public async Task<bool> DeleteAsync(CancellationToken cancellationToken)
    {
        if (await KnownAsync(cancellationToken) is null)
        {
            return false;
        }

        await CommitAsync(store.DeleteAsync(ItemId, _lastChange, CancellationToken.None), null);
        return true;
    }

    public async Task<IReadOnlyList<float>> GetFeatureVectorAsync(CancellationToken cancellationToken)
    {
        if (_record is null || !replica.TryGetRow(ItemId, out var row))
        {
            return [];
        }

        var model = models.Current;
        return model.Sharded is not null ? await sharded.VectorOfAsync(model, row, cancellationToken)
            : model.Vectors.HasVector(row) ? model.Vectors.Row(row).ToArray()
            : [];
    }

    /// <summary>The record as the store has it, where another silo may have written it without this one knowing.</summary>
    private async ValueTask<ItemRecord?> KnownAsync(CancellationToken cancellationToken)
    {
        if (!lease.IsAlone)
        {
            await ReadAsync(cancellationToken);
        }

        return _record;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            (_lastChange, _, _record) = await store.GetLastChangeAsync(ItemId, cancellationToken);
        }
        catch (CatalogUnavailableException failure)
        {
            throw new UnavailableException("The catalog does not answer.", failure);
        }

        _version = _record?.Version ?? 0;
    }

    private Task WriteAsync(ItemRecord record)
    {
        record = record with { Version = _version + 1 };
        return CommitAsync(store.PutAsync(record, _lastChange, CancellationToken.None), record);
    }

    /// <summary>Waits until a write is durable, then shows it in this silo's replica; the feed brings it to the others.</summary>
    private async Task CommitAsync(ValueTask<long> write, ItemRecord? record)
    {
        long number;
        try
        {
            number = await write;
        }
        catch (ItemChangedException failure)
        {
            DeactivateOnIdle();
            throw new UnavailableException("The item has been written elsewhere.", failure);
        }
        catch (Exception failure)
        {
            // What became of the write is unknown here; the next activation reads it.
            DeactivateOnIdle();
            throw new UnavailableException("The catalog does not answer.", failure);
        }

        _record = record;
        _lastChange = number;
        _version = record?.Version ?? _version;
        replica.Apply(new CatalogChange(number, ItemId, record));
    }
}
