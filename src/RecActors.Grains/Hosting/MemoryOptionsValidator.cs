using Microsoft.Extensions.Options;
using RecActors.ItemToItem;
using RecActors.Trending;
using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>Adds up what the other options bound: together it has to leave half of the budget to the catalog, to users and to the work.</summary>
/// <param name="users">What is kept of users.</param>
/// <param name="statistics">What is counted of items.</param>
/// <param name="keepsSnapshots">Whether the statistics are stored for the next start.</param>
internal sealed class MemoryOptionsValidator(IOptions<UserOptions> users, IOptions<ItemStatisticsOptions> statistics, bool keepsSnapshots)
    : IValidateOptions<MemoryOptions>
{
    private const long Megabyte = 1 << 20;
    private const double BoundedShare = 0.5;

    /// <summary>A user's solver matrices at 64 dimensions and two decays.</summary>
    private const long FoldInBytes = 35 << 10;

    /// <summary>A pair with its row's room to grow, its index and its log.</summary>
    private const long PairBytes = 29;

    /// <summary>One more of it and its copy, while a promoted model's statistics are derived beside those that serve; other copies take the second part of it.</summary>
    private const long DerivedPairBytes = PairBytes + 20;

    public ValidateOptionsResult Validate(string? name, MemoryOptions options)
    {
        if (options.ShedToPercent >= options.ShedAbovePercent)
        {
            return ValidateOptionsResult.Fail($"{MemoryOptions.Section}: {nameof(options.ShedToPercent)} must be below {nameof(options.ShedAbovePercent)}.");
        }

        var bytesPerPair = keepsSnapshots ? PairBytes + DerivedPairBytes : PairBytes;
        var (solvers, pairs) = (users.Value.PooledFoldIns * FoldInBytes / Megabyte, statistics.Value.MaxPairs * bytesPerPair / Megabyte);
        var trending = statistics.Value.Trending.MaxBytes / Megabyte;
        return options.BudgetMegabytes == 0 || solvers + pairs + trending <= options.BudgetMegabytes * BoundedShare
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{MemoryOptions.Section}:{nameof(options.BudgetMegabytes)} is {options.BudgetMegabytes}, and half of it is less than the {solvers} MB of "
                + $"{UserOptions.Section}:{nameof(UserOptions.PooledFoldIns)}, the {pairs} MB of RecActors:ItemToItem:{nameof(ItemStatisticsOptions.MaxPairs)} "
                + $"and the {trending} MB of RecActors:ItemToItem:{nameof(ItemStatisticsOptions.Trending)}:{nameof(TrendingOptions.MaxItemsPerBucket)} in all windows: "
                + "lower these or raise it.");
    }
}
