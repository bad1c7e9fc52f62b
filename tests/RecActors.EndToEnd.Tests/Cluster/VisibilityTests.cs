using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>How soon every silo follows an item that is hidden, shown again, or expires. It measures, so it is not in the gate.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class VisibilityTests(ITestOutputHelper output)
{
    private const int Rounds = 30;

    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(1);

    [Fact(Explicit = true)]
    public async Task Item_HiddenShownOrExpired_IsSoOnEverySiloWithinASecond()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        var silos = cluster.StartSilos(3, "serve,gateway");
        await cluster.WaitUntilReadyAsync(token);
        var sites = silos.Select(silo => new ApiClient(silo.Address)).ToArray();
        var (hidden, shown, expired) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 0; round < Rounds; round++)
        {
            var site = sites[round % sites.Length];
            var item = $"seen-{round}";
            await site.PostAsync<object>("/api/item", new { ItemId = item, Categories = new[] { item } }, token);
            await UntilAsync(sites, item, isListed: true, token);
            hidden = Longer(hidden, await ChangeAsync(site, sites, item, new { IsHidden = true }, isListed: false, token));
            shown = Longer(shown, await ChangeAsync(site, sites, item, new { IsHidden = false }, isListed: true, token));

            var expiry = DateTimeOffset.UtcNow.AddMilliseconds(300);
            await ChangeAsync(site, sites, item, new { ExpiresAt = expiry.ToString("O", CultureInfo.InvariantCulture) }, isListed: false, token);
            expired = Longer(expired, DateTimeOffset.UtcNow - expiry);
        }

        foreach (var site in sites)
        {
            site.Dispose();
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Rounds} items on 3 silos, at most: hidden {hidden.TotalMilliseconds:F0} ms, shown {shown.TotalMilliseconds:F0} ms after the acknowledgement; gone {expired.TotalMilliseconds:F0} ms after the expiry"));
        Assert.True(hidden < Bar && shown < Bar && expired < Bar);
    }

    /// <summary>How long after the acknowledgement of the change the last silo had it.</summary>
    private static async Task<TimeSpan> ChangeAsync(ApiClient site, ApiClient[] sites, string item, object change, bool isListed, CancellationToken cancellationToken)
    {
        using var answer = await site.Http.PatchAsJsonAsync($"/api/item/{item}", change, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var started = Stopwatch.GetTimestamp();
        await UntilAsync(sites, item, isListed, cancellationToken);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>The list of the newest comes from the silo that is asked, and from what it knows itself.</summary>
    private static Task UntilAsync(ApiClient[] sites, string item, bool isListed, CancellationToken cancellationToken) => Task.WhenAll(sites.Select(async site =>
    {
        while ((await site.GetAsync<ScoredJson[]>($"/api/latest/{item}", cancellationToken)).Any(listed => listed.Id == item) != isListed)
        {
            await Task.Delay(2, cancellationToken);
        }
    }));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
