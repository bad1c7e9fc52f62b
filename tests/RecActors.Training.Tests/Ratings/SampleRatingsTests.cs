using System.Globalization;
using RecActors.Catalog;

namespace RecActors.Ratings;

/// <summary>The shipped MovieLens sample. The whole of it is measured by <c>recactors evaluate --protocol kfold</c>.</summary>
public sealed class SampleRatingsTests
{
    [Fact]
    public void Run_EveryFourthUser_BeatsTheBaselines()
    {
        var data = RatingData.Of(Ratings().Where(rating => int.Parse(rating.UserId, CultureInfo.InvariantCulture) % 4 == 0), Movies());

        var report = RatingCrossValidation.Run(
            data, new() { Folds = 2, Regularization = [8, 16] }, null, TestContext.Current.CancellationToken);

        var (bias, mlp) = (report.Models[1].Summary[0].Mean, report.Models[4].Summary[0].Mean);
        Assert.InRange(bias, .8, .95);
        Assert.InRange(mlp, .7, bias - .01);
        Assert.InRange(report.Models[5].Summary[4].Mean, .76, .9);
    }

    private static IEnumerable<Rating> Ratings() => File.ReadLines(Sample("ratings.csv")).Skip(1)
        .Select(line => line.Split(','))
        .Select(fields => new Rating(fields[0], fields[1], float.Parse(fields[2], CultureInfo.InvariantCulture)));

    private static IEnumerable<ItemRecord> Movies() => File.ReadLines(Sample("movies.csv")).Skip(1).Select(line =>
    {
        var (first, last) = (line.IndexOf(',', StringComparison.Ordinal), line.LastIndexOf(','));
        return new ItemRecord { ItemId = line[..first], Comment = line[(first + 1)..last].Trim('"'), Categories = line[(last + 1)..].Split('|') };
    });

    private static string Sample(string file) => Path.Combine(AppContext.BaseDirectory, "Sample", file);
}
