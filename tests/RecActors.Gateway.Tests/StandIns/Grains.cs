using RecActors.Items;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Training;
using RecActors.Users;

namespace RecActors.StandIns;

internal sealed class UserGrain(StandInStore store) : Grain, IUserGrain
{
    private string Id => this.GetPrimaryKeyString();
    private List<FeedbackAction> Journal => store.Journals.GetOrAdd(Id, _ => []);

    public Task<FeedbackReceipt> AppendAsync(FeedbackBatch batch, CancellationToken cancellationToken = default)
    {
        var fresh = batch.Actions.Where(a => Journal.All(b => b.EventId != a.EventId)).ToList();
        Journal.AddRange(fresh);
        foreach (var a in fresh) { store.Items.TryAdd(a.ItemId, new Item { ItemId = a.ItemId }); }
        return Task.FromResult(new FeedbackReceipt(Journal.Count, fresh.Count));
    }

    public Task<RecommendationAnswer> RecommendAsync(RecommendQuery query, CancellationToken cancellationToken = default)
    {
        var seen = store.Rows(Id).Select(r => r.ItemId).ToHashSet();
        var items = store.Items.Values.Where(i => !seen.Contains(i.ItemId) && !i.IsHidden && (query.Category is null || i.Categories.Contains(query.Category)))
            .OrderBy(i => i.ItemId, StringComparer.Ordinal).Skip(query.Offset).Take(query.Count).Select((i, n) => new RecommendedItem(i.ItemId, 1f / (n + 1), i.Comment)).ToList();
        return Task.FromResult(new RecommendationAnswer(items, store.Journals.GetValueOrDefault(Id)?.Count ?? 0, 0, 0));
    }

    public Task<FeedbackPage> GetFeedbackAsync(FeedbackFilter filter, CancellationToken cancellationToken = default) => Task.FromResult(new FeedbackPage(
        [.. store.Rows(Id).Where(r => (filter.FeedbackType ?? r.FeedbackType) == r.FeedbackType && (filter.ItemId ?? r.ItemId) == r.ItemId).Skip(filter.Offset).Take(filter.Count)], Journal.Count));

    public Task<UserProfile?> GetProfileAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(store.Profiles.GetValueOrDefault(Id) ?? (store.Journals.ContainsKey(Id) ? new UserProfile(Id) : null));

    public Task SetProfileAsync(UserProfile profile, CancellationToken cancellationToken = default) { store.Profiles[Id] = profile; return Task.CompletedTask; }

    public Task<bool> PatchProfileAsync(UserPatch patch, CancellationToken cancellationToken = default)
    {
        if (!store.Profiles.TryGetValue(Id, out var p)) { return Task.FromResult(false); }
        store.Profiles[Id] = p with { LabelsJson = patch.LabelsJson ?? p.LabelsJson, Comment = patch.Comment ?? p.Comment };
        return Task.FromResult(true);
    }

    public Task<bool> DeleteAsync(CancellationToken cancellationToken = default) => Task.FromResult(store.Profiles.TryRemove(Id, out _) | store.Journals.TryRemove(Id, out _));

    public Task<UserTaste> GetTasteAsync(CancellationToken cancellationToken = default) => Task.FromResult(new UserTaste(Id, 0, 0, [], [], []));
}

internal sealed class UserDirectoryGrain(StandInStore store) : Grain, IUserDirectoryGrain
{
    public Task<IReadOnlyList<UserProfile>> ListUsersAsync(string? afterUserId, int count, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<UserProfile>>(
        [.. store.Profiles.Keys.Union(store.Journals.Keys).Where(u => string.CompareOrdinal(u, afterUserId) > 0).Order(StringComparer.Ordinal).Take(count).Select(u => store.Profiles.GetValueOrDefault(u) ?? new UserProfile(u))]);

    public Task<bool> ContainsAsync(string userId, CancellationToken cancellationToken = default) => Task.FromResult(store.Profiles.ContainsKey(userId) || store.Journals.ContainsKey(userId));

    public Task<FeedbackListing> ListFeedbackAsync(string? feedbackType, string? cursor, int count, CancellationToken cancellationToken = default)
    {
        var skip = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        var rows = store.Journals.Keys.Order(StringComparer.Ordinal).SelectMany(store.Rows).Where(r => feedbackType is null || r.FeedbackType == feedbackType).Skip(skip).Take(count + 1).ToList();
        return Task.FromResult(new FeedbackListing([.. rows.Take(count)], rows.Count > count ? $"{skip + count}" : null));
    }
}

internal sealed class ItemGrain(StandInStore store) : Grain, IItemGrain
{
    private string Id => this.GetPrimaryKeyString();
    public Task<Item?> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(store.Items.GetValueOrDefault(Id));
    public Task PutAsync(Item item, CancellationToken cancellationToken = default) { store.Items[Id] = item; return Task.CompletedTask; }
    public Task EnsureAsync(CancellationToken cancellationToken = default) { store.Items.TryAdd(Id, new Item { ItemId = Id }); return Task.CompletedTask; }

    public Task<bool> PatchAsync(ItemPatch patch, CancellationToken cancellationToken = default)
    {
        if (!store.Items.TryGetValue(Id, out var i)) { return Task.FromResult(false); }
        store.Items[Id] = i with { IsHidden = patch.IsHidden ?? i.IsHidden, Categories = patch.Categories ?? i.Categories, TimestampMs = patch.TimestampMs ?? i.TimestampMs, ExpiresAtMs = patch.ExpiresAtMs ?? i.ExpiresAtMs, LabelsJson = patch.LabelsJson ?? i.LabelsJson, Comment = patch.Comment ?? i.Comment };
        return Task.FromResult(true);
    }

    public Task<bool> SetCategoryAsync(string category, bool present, CancellationToken cancellationToken = default)
    {
        if (!store.Items.TryGetValue(Id, out var i)) { return Task.FromResult(false); }
        store.Items[Id] = i with { Categories = present ? [.. i.Categories.Union([category])] : [.. i.Categories.Except([category])] };
        return Task.FromResult(true);
    }

    public Task<bool> DeleteAsync(CancellationToken cancellationToken = default) => Task.FromResult(store.Items.TryRemove(Id, out _));
    public Task<IReadOnlyList<float>> GetFeatureVectorAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<float>>([]);
}

internal sealed class ItemListsGrain(StandInStore store) : Grain, IItemListsGrain
{
    private IEnumerable<Item> Visible(ItemListQuery q) => store.Items.Values.Where(i => !i.IsHidden && (q.Category is null || i.Categories.Contains(q.Category)));
    public Task<IReadOnlyList<ScoredItem>?> NeighborsAsync(string itemId, ItemListQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ScoredItem>?>(store.Items.ContainsKey(itemId) ? [.. Visible(query).Where(i => i.ItemId != itemId).OrderBy(i => i.ItemId).Skip(query.Offset).Take(query.Count).Select(i => new ScoredItem(i.ItemId, 1))] : null);
    public Task<IReadOnlyList<ScoredItem>> LatestAsync(ItemListQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ScoredItem>>([.. Visible(query).OrderByDescending(i => i.TimestampMs).Skip(query.Offset).Take(query.Count).Select(i => new ScoredItem(i.ItemId, i.TimestampMs / 1000))]);
    public Task<IReadOnlyList<ScoredItem>> PopularAsync(ItemListQuery query, CancellationToken cancellationToken = default) => LatestAsync(query, cancellationToken);
    public Task<IReadOnlyList<Item>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Item>>([.. store.Items.Values.Where(i => string.CompareOrdinal(i.ItemId, afterItemId) > 0).OrderBy(i => i.ItemId, StringComparer.Ordinal).Take(count)]);
    public Task<IReadOnlyList<string>> KnownAsync(IReadOnlyList<string> itemIds, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<string>>([.. itemIds.Where(store.Items.ContainsKey)]);
}

internal sealed class SessionGrain(StandInStore store) : Grain, ISessionGrain
{
    public Task<RecommendationAnswer> RecommendAsync(FeedbackBatch session, RecommendQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new RecommendationAnswer([.. store.Items.Values.Where(i => session.Actions.All(a => a.ItemId != i.ItemId) && (query.Category is null || i.Categories.Contains(query.Category))).OrderBy(i => i.ItemId).Take(query.Count).Select(i => new RecommendedItem(i.ItemId, 1))], 0, 0, 0));
}

internal sealed class RegistryGrain : Grain, IModelRegistryGrain
{
    public Task<ModelListing> ListAsync(CancellationToken cancellationToken = default) => Task.FromResult(new ModelListing([], 0, null));
    public Task<PublishTicket> ReserveAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<bool> PublishAsync(PublishTicket ticket, ModelDescription description, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<PromotionResult> PromoteAsync(long version, CancellationToken cancellationToken = default) => Task.FromResult(new PromotionResult(false, 0));
    public Task<PromotionResult> RollBackAsync(CancellationToken cancellationToken = default) => Task.FromResult(new PromotionResult(false, 0, "There is no earlier version."));
    public Task<ServingVersion> GetServingAsync(CancellationToken cancellationToken = default) => Task.FromResult(new ServingVersion(0, 0));
}

internal sealed class TrainerStandIn : Grain, ITrainerGrain
{
    public Task<RefitStatus> StartAsync(RefitRequest request, CancellationToken cancellationToken = default) => Task.FromResult(new RefitStatus { State = RefitState.Running, RefitId = 1, Stage = request.Reason, StartedMs = 1000 });
    public Task<RefitStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Task.FromResult(new RefitStatus());
    public Task<RefitStatus> CancelAsync(CancellationToken cancellationToken = default) => Task.FromResult(new RefitStatus());
}
