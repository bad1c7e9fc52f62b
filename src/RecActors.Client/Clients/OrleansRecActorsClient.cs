using RecActors.Calls;
using RecActors.Items;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Clients;

/// <summary>Calls the grains, by the host's Orleans client or silo.</summary>
internal sealed class OrleansRecActorsClient(IGrainFactory grains, ClientCalls calls, TimeProvider time) : IRecActorsClient
{
    public async Task<long> ActAsync(string userId, IReadOnlyList<FeedbackAction> actions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var batch = new FeedbackBatch(Timed(EventIdMint.Mint(actions)));
        var receipt = await calls.InvokeAsync("act", token => grains.GetGrain<IUserGrain>(userId).AppendAsync(batch, token), cancellationToken);
        return receipt.UserVersion;
    }

    public Task<RecommendationAnswer> RecommendAsync(string userId, RecommendQuery? query, CancellationToken cancellationToken) =>
        calls.InvokeAsync("recommend", token => grains.GetGrain<IUserGrain>(userId).RecommendAsync(query ?? new(), token), cancellationToken);

    public Task<RecommendationAnswer> RecommendToSessionAsync(
        IReadOnlyList<FeedbackAction> session, RecommendQuery? query, CancellationToken cancellationToken) => calls.InvokeAsync(
            "recommend to session",
            token => grains.GetGrain<ISessionGrain>(AnySilo.Key).RecommendAsync(new FeedbackBatch(Timed(session)), query ?? new(), token),
            cancellationToken);

    public async Task<IReadOnlyList<ScoredItem>> NeighborsAsync(string itemId, int count, CancellationToken cancellationToken) =>
        await calls.InvokeAsync(
            "list neighbors",
            token => grains.GetGrain<IItemListsGrain>(AnySilo.Key).NeighborsAsync(itemId, new ItemListQuery(count), token),
            cancellationToken) ?? [];

    public async Task<IReadOnlyList<ScoredItem>> TrendingAsync(string? window, int count, string? category, CancellationToken cancellationToken) =>
        await calls.InvokeAsync(
            "list trending",
            token => grains.GetGrain<IItemListsGrain>(AnySilo.Key).TrendingAsync(window, new ItemListQuery(count, Category: category), token),
            cancellationToken) ?? throw new RecActorsException($"There is no window {window} of trending items.");

    public Task PutItemAsync(Item item, CancellationToken cancellationToken) => calls.InvokeAsync(
        "put item",
        async token =>
        {
            await grains.GetGrain<IItemGrain>(item.ItemId).PutAsync(item, token);
            return true;
        },
        cancellationToken);

    public Task<bool> DeleteUserAsync(string userId, CancellationToken cancellationToken) =>
        calls.InvokeAsync("delete user", token => grains.GetGrain<IUserGrain>(userId).EraseAsync(token), cancellationToken);

    private FeedbackAction[] Timed(IReadOnlyList<FeedbackAction> actions)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. actions.Select(action => action.TimestampMs == 0 ? action with { TimestampMs = nowMs } : action)];
    }
}
