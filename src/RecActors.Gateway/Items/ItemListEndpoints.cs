using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Items;

/// <summary>Lists that are the same for everybody, except that a named user's own items can be left out.</summary>
internal static class ItemListEndpoints
{
    public static RouteGroupBuilder MapItemLists(this RouteGroupBuilder api)
    {
        var lists = api.MapGroup("").WithTags("recommendation");
        lists.MapGet("/item/{item-id}/neighbors/{category?}", NeighborsAsync).WithName("GetItemNeighbors")
            .WithSummary("Items like this one.").Produces<ScoreBody[]>().ProducesNotFound().ProducesFailures();
        lists.MapGet("/item-to-item/{name}/{item-id}/{category?}", ItemToItemAsync).WithName("GetItemToItem")
            .WithSummary("Items like this one, by the name of the list: neighbors.").Produces<ScoreBody[]>().ProducesNotFound().ProducesFailures();
        lists.MapGet("/latest/{category?}", LatestAsync).WithName("GetLatest")
            .WithSummary("The newest items; the score is the time in Unix seconds.").Produces<ScoreBody[]>().ProducesFailures();
        lists.MapGet("/popular/{category?}", PopularAsync).WithName("GetPopular")
            .WithSummary("The items most acted on lately.").Produces<ScoreBody[]>().ProducesFailures();
        lists.MapGet("/trending/{category?}", TrendingAsync).WithName("GetTrending")
            .WithSummary("The items whose users grow most in a window, such as 1h, 1d or 1w, against the windows before it.")
            .Produces<ScoreBody[]>().ProducesNotFound().ProducesFailures();
        lists.MapGet("/non-personalized/{name}/{category?}", NonPersonalizedAsync).WithName("GetNonPersonalized")
            .WithSummary("A list that is the same for everybody, by its name.").Produces<ScoreBody[]>().ProducesNotFound().ProducesFailures();
        return api;
    }

    private static async Task<IResult> NeighborsAsync(
        [FromRoute(Name = "item-id")] string itemId, [AsParameters] ListParameters list, HttpContext http) =>
        NeighborAnswers.Of(
            http,
            await ReadAsync(list, (grain, query) => grain.NeighborsAsync(itemId, query), http.RequestAborted)
                ?? throw new ProblemException(ProblemTypes.NotFound($"There is no item {itemId}.")));

    private static Task<IResult> ItemToItemAsync(
        string name, [FromRoute(Name = "item-id")] string itemId, [AsParameters] ListParameters list, HttpContext http) =>
        name == NeighborAnswers.ListName ? NeighborsAsync(itemId, list, http) : throw NeighborAnswers.NoList(name, NeighborAnswers.ListName);

    private static Task<JsonHttpResult<ScoreBody[]>> NonPersonalizedAsync(
        string name, [AsParameters] ListParameters list, [FromServices] IOptions<NamedListsOptions> lists, CancellationToken aborted) =>
        AnswerAsync(list, async (grain, query) => await NamedLists.ReadAsync(grain, name, null, query, lists.Value), aborted);

    private static async Task<JsonHttpResult<ScoreBody[]>> LatestAsync([AsParameters] ListParameters list, CancellationToken aborted) =>
        await AnswerAsync(list, async (grain, query) => await grain.LatestAsync(query), aborted);

    private static async Task<JsonHttpResult<ScoreBody[]>> PopularAsync([AsParameters] ListParameters list, CancellationToken aborted) =>
        await AnswerAsync(list, async (grain, query) => await grain.PopularAsync(query), aborted);

    private static async Task<JsonHttpResult<ScoreBody[]>> TrendingAsync(
        [AsParameters] ListParameters list, [FromQuery(Name = "window")] string? window, CancellationToken aborted) =>
        await AnswerAsync(list, async (grain, query) => await NamedLists.TrendingAsync(grain, window, query), aborted);

    private static async Task<JsonHttpResult<ScoreBody[]>> AnswerAsync(
        ListParameters list, Func<IItemListsGrain, ItemListQuery, Task<IReadOnlyList<ScoredItem>?>> read, CancellationToken aborted) =>
        ApiJson.Answer((await ReadAsync(list, read, aborted))!);

    private static async Task<ScoreBody[]?> ReadAsync(
        ListParameters list, Func<IItemListsGrain, ItemListQuery, Task<IReadOnlyList<ScoredItem>?>> read, CancellationToken aborted)
    {
        var count = PageQuery.Count(list.Count, list.Options.Value);
        var offset = PageQuery.Offset(list.Offset, list.Options.Value);
        var category = PageQuery.Category(list.PathCategory, list.Categories);
        var where = PageQuery.OtherCategories(list.PathCategory, list.Categories);
        var seen = await SeenItemsAsync(list, aborted);
        // To leave out what a user has seen, the list is read that much longer; the offset counts what is left.
        var query = seen.Count == 0
            ? new ItemListQuery(count, offset, category, where)
            : new ItemListQuery(offset + count + seen.Count, 0, category, where);
        var items = await list.Calls.InvokeAsync(grains => read(grains.GetGrain<IItemListsGrain>(AnySilo.Key), query), aborted);
        if (items is null)
        {
            return null;
        }

        // Lists are made when they are asked for, as the Gorse API says when theirs was.
        list.Http.Response.Headers.LastModified = list.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var left = seen.Count == 0 ? items : items.Where(item => !seen.Contains(item.ItemId)).Skip(offset).Take(count);
        return left.Select(item => new ScoreBody(item.ItemId, item.Score)).ToArray();
    }

    private static async Task<HashSet<string>> SeenItemsAsync(ListParameters list, CancellationToken aborted)
    {
        if (string.IsNullOrEmpty(list.UserId))
        {
            return [];
        }

        var everything = new FeedbackFilter(Count: int.MaxValue);
        var page = await list.Calls.InvokeAsync(
            grains => grains.GetGrain<IUserGrain>(list.UserId).GetFeedbackAsync(everything), aborted);
        return page.Rows.Select(row => row.ItemId).ToHashSet(StringComparer.Ordinal);
    }

    internal readonly record struct ListParameters(
        [FromRoute(Name = "category")] string? PathCategory,
        [FromQuery(Name = "category")] string[]? Categories,
        [FromQuery(Name = "n")] string? Count,
        [FromQuery(Name = "offset")] string? Offset,
        [FromQuery(Name = "user-id")] string? UserId,
        [FromServices] GrainCalls Calls,
        [FromServices] IOptions<GatewayOptions> Options,
        [FromServices] TimeProvider Time,
        HttpContext Http);
}
