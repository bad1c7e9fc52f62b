using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.ItemToItem;
using RecActors.Snapshots;
using RecActors.Storage;
using RecActors.Trending;
using RecActors.Users;

namespace RecActors.Hosting;

public sealed class MemoryOptionsTests
{
    private const int Users = 50;

    [Fact]
    public async Task Silo_UsesMoreMemoryThanItMay_LetsIdleUsersGoAndLosesNothing()
    {
        // Any process uses more than that: all that is idle goes.
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo => silo.Configure<MemoryOptions>(options =>
        {
            (options.ShedAbovePercent, options.ShedToPercent) = (0.0002, 0.0001);
            options.ShedInterval = TimeSpan.FromMilliseconds(50);
        }));
        for (var user = 0; user < Users; user++)
        {
            await cluster.User($"user-{user}").AppendAsync(RecActorsCluster.Likes("a", "b"));
        }

        var management = cluster.Grains.GetGrain<IManagementGrain>(0);
        await Eventually.HoldsAsync(async () => !(await management.GetDetailedGrainStatistics()).Any(grain => grain.GrainId.ToString().StartsWith("user/", StringComparison.Ordinal)));

        var receipt = await cluster.User("user-7").AppendAsync(RecActorsCluster.Likes("c"));
        Assert.Equal(3, receipt.UserVersion);
    }

    [Theory]
    [InlineData(0, 80, 75, true)]
    [InlineData(1_000, 80, 75, true)]
    [InlineData(300, 80, 75, false)]
    [InlineData(0, 75, 75, false)]
    public void Validate_BudgetsThatDoNotFit_AreRefused(int budget, double above, double to, bool isValid)
    {
        var validator = Validator(new ItemStatisticsOptions());

        var result = validator.Validate(null, new MemoryOptions { BudgetMegabytes = budget, ShedAbovePercent = above, ShedToPercent = to });

        Assert.Equal(isValid, result.Succeeded);
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(100_000, false)]
    public void Validate_CountsOfWhatIsTrending_AreOfTheBudget(int itemsPerBucket, bool isValid)
    {
        var statistics = new ItemStatisticsOptions { Trending = new TrendingOptions { MaxItemsPerBucket = itemsPerBucket } };
        var validator = Validator(statistics);

        Assert.Equal(isValid, validator.Validate(null, new MemoryOptions { BudgetMegabytes = 1_000 }).Succeeded);
    }

    [Theory]
    [InlineData(1_000, 8_000_000, false)]
    [InlineData(1_500, 8_000_000, true)]
    [InlineData(1_000, 4_000_000, true)]
    public void Validate_StatisticsAreStoredForTheNextStart_CountsWhatDerivingThemTakes(int budget, int maxPairs, bool isValid)
    {
        var statistics = new ItemStatisticsOptions { MaxPairs = maxPairs };

        Assert.Equal(isValid, Validator(statistics, keepsSnapshots: true).Validate(null, new MemoryOptions { BudgetMegabytes = budget }).Succeeded);
        Assert.True(Validator(statistics).Validate(null, new MemoryOptions { BudgetMegabytes = budget }).Succeeded);
    }

    [Fact]
    public async Task Start_WithADataFolder_AsksForWhatStoringTheStatisticsTakes()
    {
        using var folder = new ClusterFolder();
        await Assert.ThrowsAsync<OptionsValidationException>(() => RecActorsCluster.StartAsync(folder: folder.Path, configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(services => services.GetRequiredService<EmbeddedStorage>().Snapshots);
            silo.Configure<MemoryOptions>(options => options.BudgetMegabytes = 1_000);
        }));
    }

    private static MemoryOptionsValidator Validator(ItemStatisticsOptions statistics, bool keepsSnapshots = false) =>
        new(Options.Create(new UserOptions()), Options.Create(statistics), keepsSnapshots);
}
