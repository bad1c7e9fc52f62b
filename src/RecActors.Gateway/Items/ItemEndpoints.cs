using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Items;

/// <summary>Items: attributes, visibility, categories.</summary>
internal static class ItemEndpoints
{
    public static RouteGroupBuilder MapItems(this RouteGroupBuilder api)
    {
        var items = api.MapGroup("").WithTags("items");
        items.MapPost("/item", PutOneAsync).WithName("InsertItem").WithSummary("Creates or replaces an item.")
            .Accepts<ItemBody>("application/json").Produces<SuccessBody>().ProducesFailures();
        items.MapPost("/items", PutManyAsync).WithName("InsertItems").WithSummary("Creates or replaces items.")
            .Accepts<ItemBody[]>("application/json").Produces<SuccessBody>().ProducesFailures();
        items.MapGet("/items", ListAsync).WithName("GetItems").WithSummary("All items, page by page, in the order of their ids.")
            .Produces<ItemPageBody>().ProducesFailures();
        items.MapGet("/item/{item-id}", GetAsync).WithName("GetItem").WithSummary("An item.")
            .Produces<ItemAnswer>().ProducesNotFound().ProducesFailures();
        items.MapPatch("/item/{item-id}", PatchAsync).WithName("ModifyItem").WithSummary("Changes the given parts of an item.")
            .Accepts<ItemPatchBody>("application/json").Produces<SuccessBody>().ProducesNotFound().ProducesFailures();
        items.MapDelete("/item/{item-id}", DeleteAsync).WithName("DeleteItem").WithSummary("Deletes an item with all feedback on it.")
            .Produces<SuccessBody>().ProducesFailures();
        items.MapPut("/item/{item-id}/category/{category}", AddCategoryAsync).WithName("InsertItemCategory")
            .WithSummary("Puts an item into a category.").Produces<SuccessBody>().ProducesNotFound().ProducesFailures();
        items.MapDelete("/item/{item-id}/category/{category}", RemoveCategoryAsync).WithName("DeleteItemCategory")
            .WithSummary("Takes an item out of a category.").Produces<SuccessBody>().ProducesNotFound().ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<SuccessBody>> PutOneAsync([AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var item = JsonBody.ReadObject<ItemBody>(body.Bytes, services.Limits).Read(default, validation);
        validation.ThrowIfFaulty();
        await PutAsync(item, services.Calls, http.RequestAborted);
        return ApiJson.Answer(new SuccessBody(1));
    }

    private static async Task<JsonHttpResult<SuccessBody>> PutManyAsync([AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var items = JsonBody.ReadArray<ItemBody>(body.Bytes, services.Limits)
            .Select((item, index) => item.Read(new Place(index), validation))
            .ToList();
        validation.ThrowIfFaulty();
        await ConcurrentCalls.ForEachAsync(
            LastOfEach.In(items, item => item.ItemId), services.Limits.MaxConcurrentCalls, item => PutAsync(item, services.Calls, http.RequestAborted));
        return ApiJson.Answer(new SuccessBody(items.Count));
    }

    private static Task PutAsync(Item item, GrainCalls calls, CancellationToken aborted) =>
        calls.InvokeAsync(grains => grains.GetGrain<IItemGrain>(item.ItemId).PutAsync(item), aborted);

    private static async Task<JsonHttpResult<ItemPageBody>> ListAsync(
        string? cursor, string? n, string? q, GrainCalls calls, IOptions<GatewayOptions> options, CancellationToken aborted)
    {
        if (!string.IsNullOrEmpty(q))
        {
            // As Gorse does where no columns are configured for it.
            throw new ProblemException(ProblemTypes.InvalidRequest("q", "is not supported: there is no search of items"));
        }

        var count = PageQuery.Count(n, options.Value);
        var after = Cursor.Decode(cursor);
        var items = await calls.InvokeAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).ListAsync(after, count + 1), aborted);
        var next = items.Count > count ? items[count - 1].ItemId : null;
        return ApiJson.Answer(new ItemPageBody(Cursor.Encode(next), [.. items.Take(count).Select(ItemAnswer.From)]));
    }

    private static async Task<JsonHttpResult<ItemAnswer>> GetAsync(
        [FromRoute(Name = "item-id")] string itemId, GrainCalls calls, CancellationToken aborted)
    {
        var item = await calls.InvokeAsync(grains => grains.GetGrain<IItemGrain>(itemId).GetAsync(), aborted);
        return ApiJson.Answer(ItemAnswer.From(item ?? throw Unknown(itemId)));
    }

    private static async Task<JsonHttpResult<SuccessBody>> PatchAsync(
        [FromRoute(Name = "item-id")] string itemId, [AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var patch = JsonBody.ReadObject<ItemPatchBody>(body.Bytes, services.Limits).Read(validation);
        validation.ThrowIfFaulty();
        var known = await services.Calls.InvokeAsync(
            grains => grains.GetGrain<IItemGrain>(itemId).PatchAsync(patch), http.RequestAborted);
        return known ? ApiJson.Answer(new SuccessBody(1)) : throw Unknown(itemId);
    }

    private static async Task<JsonHttpResult<SuccessBody>> DeleteAsync(
        [FromRoute(Name = "item-id")] string itemId, GrainCalls calls, [FromServices] ItemFeedback feedback, CancellationToken aborted)
    {
        // The item last: a request that fails half-way finds it still there when it is repeated.
        await feedback.RemoveAsync(itemId, aborted);
        var known = await calls.InvokeAsync(grains => grains.GetGrain<IItemGrain>(itemId).DeleteAsync(), aborted);
        return ApiJson.Answer(new SuccessBody(known ? 1 : 0));
    }

    private static Task<JsonHttpResult<SuccessBody>> AddCategoryAsync(
        [FromRoute(Name = "item-id")] string itemId, string category, [AsParameters] WriteServices services, CancellationToken aborted) =>
        SetCategoryAsync(itemId, category, true, services, aborted);

    private static Task<JsonHttpResult<SuccessBody>> RemoveCategoryAsync(
        [FromRoute(Name = "item-id")] string itemId, string category, [AsParameters] WriteServices services, CancellationToken aborted) =>
        SetCategoryAsync(itemId, category, false, services, aborted);

    private static async Task<JsonHttpResult<SuccessBody>> SetCategoryAsync(
        string itemId, string category, bool present, WriteServices services, CancellationToken aborted)
    {
        var validation = services.StartValidation();
        validation.Category(default, nameof(category), category);
        validation.ThrowIfFaulty();
        var known = await services.Calls.InvokeAsync(
            grains => grains.GetGrain<IItemGrain>(itemId).SetCategoryAsync(category, present), aborted);
        return known ? ApiJson.Answer(new SuccessBody(1)) : throw Unknown(itemId);
    }

    private static ProblemException Unknown(string itemId) => new(ProblemTypes.NotFound($"There is no item {itemId}."));
}
