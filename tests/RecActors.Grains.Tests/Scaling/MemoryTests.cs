using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Scaling;

/// <summary>
/// Memory for each active user and each item: coefficients of docs/scaling.md. To be run alone: what other tests leave behind is freed
/// while they measure.
/// </summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int Actions = 50;

    [Fact(Explicit = true)]
    public async Task User_ActiveWithFiftyActions_TakesAtMost4Kilobytes()
    {
        const int users = 2_000;
        await using var cluster = await RecActorsCluster.StartAsync();
        var items = Enumerable.Range(0, 500).Select(index => $"item-{index}").ToArray();
        for (var user = 0; user < users; user++)
        {
            await cluster.User(NameOf(user)).AppendAsync(new FeedbackBatch(
                [.. Enumerable.Range(0, Actions).Select(action => RecActorsCluster.Action("like", items[(user + (action * 7)) % items.Length], eventId: $"{user}-{action}"))]));
        }

        var active = GC.GetTotalMemory(forceFullCollection: true);
        for (var user = 0; user < users; user++)
        {
            await cluster.DeactivateAsync(cluster.User(NameOf(user)));
        }

        var bytes = (active - GC.GetTotalMemory(forceFullCollection: true)) / (double)users;
        output.WriteLine($"{bytes:F0} bytes an active user of {Actions} actions");
        Assert.InRange(bytes, 1, 4 << 10);
    }

    [Fact(Explicit = true)]
    public void Item_InTheReplica_TakesAtMost700Bytes()
    {
        const int items = 100_000;
        var replica = new CatalogReplica();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 1; number <= items; number++)
        {
            replica.Apply(new CatalogChange(number, $"item-{number}", new ItemRecord
            {
                ItemId = $"item-{number}",
                Version = 1,
                TimestampMs = 1_790_000_000_000 + number,
                Categories = [$"category-{number % 20}", $"category-{number % 7}"],
                LabelsJson = $$"""{"year":{{1950 + (number % 70)}}}""",
                Comment = $"The title of item {number}",
            }));
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)items;
        GC.KeepAlive(replica);
        output.WriteLine($"{bytes:F0} bytes an item of two categories, a label and a title, its vector and statistics apart");
        Assert.True(bytes <= 700, $"{bytes:F0} bytes");
    }

    private static string NameOf(int user) => $"user-{user}";
}
