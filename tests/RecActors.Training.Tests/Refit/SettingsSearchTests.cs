using RecActors.ItemToItem;
using RecActors.Training;

namespace RecActors.Refit;

public sealed class SettingsSearchTests
{
    private static readonly TrainingSet Set = SyntheticSets.Tastes(users: 60, items: 160, events: 4_000);

    [Fact]
    public void Run_NoBudget_TakesTheMiddleAndTriesNothing()
    {
        var (settings, tried) = Run(new TrainingOptions { Dimensions = 8, SearchSeconds = 0 });

        Assert.Empty(tried);
        Assert.Equal((.1f, .01f, 1f, 8), (settings.Alpha0, settings.Regularization, settings.Nu, settings.Dimensions));
    }

    [Fact]
    public void Run_EnoughBudget_EndsWhereNoNeighbourIsBetter()
    {
        var options = new TrainingOptions { Dimensions = 8, Sweeps = 3, SearchSeconds = 100, SearchDimensions = false, Decays = [1, .8f] };
        var (settings, tried) = Run(options);

        var scores = tried.Where(trial => trial.Settings.Window == options.Window).DistinctBy(trial => trial.Settings.ToString())
            .ToDictionary(trial => (trial.Settings.Alpha0, trial.Settings.Regularization, trial.Settings.Nu), trial => trial.Score);
        var best = scores[(settings.Alpha0, settings.Regularization, settings.Nu)];
        var grid = new Grid(options);
        var at = Points(grid).Single(point => grid[point].ToString() == (settings with { Window = options.Window }).ToString());
        Assert.All(grid.Neighbours(at), neighbour =>
            Assert.True(scores[(grid[neighbour].Alpha0, grid[neighbour].Regularization, grid[neighbour].Nu)] <= best));
        Assert.True(scores.Count < grid.Count, "It tried everything.");
    }

    [Fact]
    public void Run_BudgetOfAFewTrials_IsKept()
    {
        var options = new TrainingOptions { Dimensions = 8, Sweeps = 3, SearchSeconds = .0012, SearchDimensions = false, Decays = [1] };
        var (_, few) = Run(options);
        options.SearchSeconds = .0024;
        var (_, more) = Run(options);

        Assert.InRange(few.Count, 3, 12);
        Assert.InRange(more.Count, few.Count + 1, 2 * few.Count);
    }

    [Fact]
    public void Run_VectorsTooShort_TakesThoseOfDoubleTheLength()
    {
        var (settings, tried) = Run(new TrainingOptions { Dimensions = 2, Sweeps = 5, SearchSeconds = 10, Alpha0 = [.1f], Regularization = [.01f], Nu = [1] });

        Assert.Equal(4, settings.Dimensions);
        Assert.Contains(tried, trial => trial.Settings.Dimensions == 2);
    }

    [Fact]
    public void Run_ScoresWithinChance_KeepsTheLengthGiven()
    {
        var random = new Random(1);
        var noise = SyntheticSets.Of([.. Enumerable.Range(0, 4_000).Select(e => ($"u{random.Next(60)}", $"i{random.Next(160)}", 1L + e))]);

        var (settings, tried) = Run(
            new TrainingOptions { Dimensions = 16, Sweeps = 5, SearchSeconds = 10, Alpha0 = [.1f], Regularization = [.01f], Nu = [1] }, noise);

        Assert.Equal([8, 16, 32], tried.Select(trial => trial.Settings.Dimensions).Distinct().Order());
        Assert.Equal(16, settings.Dimensions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_AnyNumberOfThreads_ScoresTheSame(int threads)
    {
        TrainingOptions Options(int count) => new() { Dimensions = 8, Sweeps = 3, SearchSeconds = .05, Threads = count };
        Assert.Equal(Run(Options(2)).Tried.Select(trial => trial.Score), Run(Options(threads)).Tried.Select(trial => trial.Score));
    }

    private static HashSet<GridPoint> Points(Grid grid)
    {
        var seen = new HashSet<GridPoint> { grid.Middle };
        for (var before = 0; before < seen.Count;)
        {
            before = seen.Count;
            seen.UnionWith(seen.SelectMany(grid.Neighbours).ToList());
        }

        return seen;
    }

    private static (SourceSettings Settings, List<(SourceSettings Settings, double Score)> Tried) Run(TrainingOptions options, TrainingSet? other = null)
    {
        var set = other ?? Set;
        var timeline = EventTimeline.Of(set, options, 1);
        var tried = new List<(SourceSettings, double)>();
        var settings = new SettingsSearch(
                set, timeline, new ReplayState(set, options.Window, new(), new()), ItemToItemLookup.Default, options, 1, TestContext.Current.CancellationToken)
            .Run((settings, score, _) => tried.Add((settings, score)), TestContext.Current.CancellationToken);
        return (settings, tried);
    }
}
