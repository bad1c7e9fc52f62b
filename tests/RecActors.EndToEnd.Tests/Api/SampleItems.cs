namespace RecActors.Api;

/// <summary>Ids of the shipped catalog, popular ones more likely, as real traffic has them.</summary>
internal sealed class SampleItems
{
    private readonly string[] _ids;

    private SampleItems(string[] ids)
    {
        _ids = ids;
    }

    public static async Task<SampleItems> OfAsync(ApiClient site, CancellationToken cancellationToken)
    {
        var popular = await site.GetAsync<ScoredJson[]>("/api/popular?n=1000", cancellationToken);
        return new SampleItems([.. popular.Select(item => item.Id)]);
    }

    public string Next(Random random) => _ids[(int)(_ids.Length * Math.Pow(random.NextDouble(), 2))];
}
