using RecActors.Api;

namespace RecActors.Cluster;

/// <summary>What silos say about items: popularity, recent popularity and neighbours, with their scores.</summary>
internal static class ItemLists
{
    /// <summary>Waits until all silos say the same of the items <c>item-0</c> to <c>item-n</c>; returns it.</summary>
    public static async Task<string> AgreedAsync(ApiClient[] sites, int items, CancellationToken cancellationToken)
    {
        while (true)
        {
            var said = await Task.WhenAll(sites.Select(site => SayAsync(site, items, cancellationToken)));
            if (said.Distinct(StringComparer.Ordinal).Count() == 1)
            {
                return said[0];
            }

            // The last parcels are under way.
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static async Task<string> SayAsync(ApiClient site, int items, CancellationToken cancellationToken)
    {
        var lists = new List<string> { Text(await site.GetAsync<ScoredJson[]>("/api/popular?n=100", cancellationToken)) };
        for (var item = 0; item < items; item++)
        {
            lists.Add($"item-{item}: {Text(await NeighboursAsync(site, item, cancellationToken))}");
        }

        return string.Join('\n', lists);
    }

    private static async Task<ScoredJson[]> NeighboursAsync(ApiClient site, int item, CancellationToken cancellationToken)
    {
        try
        {
            return await site.GetAsync<ScoredJson[]>($"/api/item/item-{item}/neighbors?n=100", cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    private static string Text(ScoredJson[] items) => string.Join(' ', items.Select(item => $"{item.Id}={item.Score:R}"));
}
