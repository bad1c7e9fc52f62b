using System.Text.Json;
using RecActors.Ratings;

namespace RecActors.Reports;

public sealed class RatingReportFileTests
{
    private static readonly RatingReport Report = new(
        10, 2, 3, 4,
        [
            new("baseline <1>", [new(1, 1, 1, 1, 1, 1, 1, 1), new(3, 1, 1, 1, 1, 1, 1, 1)]),
            new("classes", [new(double.NaN, double.NaN, double.NaN, .5, .8, .7, .6, .65), new(double.NaN, double.NaN, double.NaN, .5, .8, .7, .6, .65)]),
        ],
        [new(2, 16), new(5, 8)]);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(double.NaN, double.NaN)]
    public void Format_Summary_IsMeanAndDeviationOrADash(double mean, double deviation) =>
        Assert.Equal(double.IsNaN(mean) ? "–" : "1.0000 ± 1.0000", RatingReportFile.Format(new(mean, deviation)));

    [Fact]
    public async Task WriteAsync_HtmlName_WritesEveryModelEscaped()
    {
        var text = await WrittenAsync("report.html");

        Assert.Contains("baseline &lt;1&gt;<td>2.0000 ± 1.4142", text, StringComparison.Ordinal);
        Assert.Contains("classes<td>–", text, StringComparison.Ordinal);
        Assert.Contains("damping 2, regularization 16; damping 5, regularization 8", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_JsonName_WritesNullForWhatIsNotDefined()
    {
        var models = JsonDocument.Parse(await WrittenAsync("report.json")).RootElement.GetProperty("Models");

        Assert.Equal(2, models[0].GetProperty("Figures").GetProperty("RMSE").GetProperty("Mean").GetDouble());
        Assert.Equal(JsonValueKind.Null, models[1].GetProperty("Figures").GetProperty("RMSE").GetProperty("Mean").ValueKind);
        Assert.Equal(.8, models[1].GetProperty("Folds")[0][4].GetDouble());
    }

    private static async Task<string> WrittenAsync(string name)
    {
        var folder = Directory.CreateTempSubdirectory("recactors-report-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            await RatingReportFile.WriteAsync("set", new() { Folds = 2 }, Report, path, TestContext.Current.CancellationToken);
            return await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
