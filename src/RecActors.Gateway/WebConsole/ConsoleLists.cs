using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Items;
using RecActors.Json;
using RecActors.Security;

namespace RecActors.WebConsole;

/// <summary>The lists that are the same for everybody, with the titles of their items.</summary>
internal static class ConsoleLists
{
    private const int Listed = 20;

    public static RouteGroupBuilder MapConsoleLists(this RouteGroupBuilder console)
    {
        console.MapGet("/lists", ListAsync).RequireScope(ApiScopes.Read);
        console.MapGet("/lists/{name}", ReadAsync).RequireScope(ApiScopes.Read);
        return console;
    }

    /// <summary>What lists there are: what is popular, new, and trending in each window, then those of the configuration.</summary>
    private static async Task<JsonHttpResult<ConsoleListBody[]>> ListAsync(GrainCalls calls, [FromServices] IOptions<NamedListsOptions> lists, CancellationToken aborted)
    {
        var windows = await calls.InvokeAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).TrendingWindowsAsync(), aborted);
        return ApiJson.Answer(NamedLists.NamesOf(lists.Value)
            .SelectMany(name => name == NamedLists.Trending ? windows.Select(window => new ConsoleListBody(name, window)) : [new ConsoleListBody(name, null)])
            .ToArray());
    }

    private static async Task<JsonHttpResult<ConsoleItemBody[]>> ReadAsync(
        string name, string? window, GrainCalls calls, [FromServices] IOptions<NamedListsOptions> lists, CancellationToken aborted)
    {
        var items = await calls.InvokeAsync(
            grains => NamedLists.ReadAsync(grains.GetGrain<IItemListsGrain>(AnySilo.Key), name, window, new ItemListQuery(Listed), lists.Value), aborted);
        return ApiJson.Answer(items.Select(ConsoleItemBody.From).ToArray());
    }
}
