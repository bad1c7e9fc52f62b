using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using RecActors.Calls;
using RecActors.Items;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Security;
using RecActors.Users;

namespace RecActors.WebConsole;

/// <summary>What the console asks beside the API that everybody has. Not part of the described API: it changes with the console.</summary>
internal static class ConsoleApi
{
    public const string Prefix = "/api/console";

    private const int Listed = 20;
    private const int Ranked = 1000;
    private const int LongestQuery = 200;

    public static RouteGroupBuilder MapConsoleApi(this RouteGroupBuilder api)
    {
        var console = api.MapGroup("/console").ExcludeFromDescription();
        console.MapGet("/users", FindUsersAsync).RequireScope(ApiScopes.Read);
        console.MapGet("/users/{user-id}", GetUserAsync).RequireScope(ApiScopes.Read);
        console.MapGet("/items", FindItemsAsync).RequireScope(ApiScopes.Read);
        console.MapGet("/items/{item-id}", GetItemAsync).RequireScope(ApiScopes.Read);
        console.MapConsoleLists();
        console.MapGet("/events", Watch).RequireScope(ApiScopes.Admin);
        return api;
    }

    /// <summary>Ids of known users that begin with the query.</summary>
    private static async Task<JsonHttpResult<string[]>> FindUsersAsync([FromQuery(Name = "q")] string? query, GrainCalls calls, CancellationToken aborted)
    {
        var prefix = Bounded(query);
        // The greatest text that is less than everything which begins with the query.
        var after = prefix.Length == 0 || prefix[^1] == char.MinValue ? null : prefix[..^1] + (char)(prefix[^1] - 1) + char.MaxValue;
        var users = await calls.InvokeAsync(grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).ListUsersAsync(after, Listed), aborted);
        return ApiJson.Answer(users.Select(user => user.UserId).TakeWhile(id => id.StartsWith(prefix, StringComparison.Ordinal)).ToArray());
    }

    private static async Task<JsonHttpResult<ConsoleUserBody>> GetUserAsync([FromRoute(Name = "user-id")] string userId, GrainCalls calls, CancellationToken aborted)
    {
        var taste = calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).GetTasteAsync(), aborted);
        var profile = await calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).GetProfileAsync(), aborted);
        return ApiJson.Answer(ConsoleUserBody.From(await taste, profile));
    }

    /// <summary>Items by id or title.</summary>
    private static async Task<JsonHttpResult<ConsoleItemBody[]>> FindItemsAsync([FromQuery(Name = "q")] string? query, GrainCalls calls, CancellationToken aborted)
    {
        var words = Bounded(query);
        var found = await calls.InvokeAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).SearchAsync(words, Listed), aborted);
        return ApiJson.Answer(found.Select(ConsoleItemBody.From).ToArray());
    }

    private static async Task<JsonHttpResult<ConsoleItemFactsBody>> GetItemAsync([FromRoute(Name = "item-id")] string itemId, GrainCalls calls, CancellationToken aborted)
    {
        var neighbors = calls.InvokeAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).NeighborsAsync(itemId, new ItemListQuery(Listed)), aborted);
        var found = calls.InvokeAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).SearchAsync(itemId, 1), aborted);
        var popular = await calls.InvokeAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).PopularAsync(new ItemListQuery(Ranked)), aborted);
        var rank = popular.Select((item, index) => (item.ItemId, Rank: index + 1)).FirstOrDefault(item => item.ItemId == itemId).Rank;
        return ApiJson.Answer(new ConsoleItemFactsBody(
            (await found).FirstOrDefault(item => item.ItemId == itemId).Score,
            rank == 0 ? null : rank,
            [.. (await neighbors ?? throw new ProblemException(ProblemTypes.NotFound("There is no such item."))).Select(ConsoleItemBody.From)]));
    }

    private static ServerSentEventsResult<string> Watch(HttpContext http, LiveStatus status, IHostApplicationLifetime lifetime, ApiKeys keys, OpenAccess open, TimeProvider time)
    {
        var key = http.User.FindFirst(ApiKey.IdClaim)?.Value;
        return TypedResults.ServerSentEvents(EventsAsync(status, () => open.IsOpen || keys.ById(key) is not null, time, http.RequestAborted, lifetime.ApplicationStopping));
    }

    /// <summary>Until the caller goes away, the server stops, or the caller's key is revoked.</summary>
    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        LiveStatus status, Func<bool> isAllowed, TimeProvider time, CancellationToken aborted, CancellationToken stopping, [EnumeratorCancellation] CancellationToken enumeration = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping, enumeration);
        while (!ended.IsCancellationRequested && isAllowed())
        {
            yield return new SseItem<string>(await status.GetAsync(), "status");
            await Task.Delay(LiveStatus.Interval, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Bounded(string? query) => query?.Trim() is not { } words ? "" : words.Length <= LongestQuery ? words : words[..LongestQuery];
}
