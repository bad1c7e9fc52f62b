using RecActors.CommandLine;
using RecActors.Formats;
using RecActors.Ratings;
using RecActors.Reports;
using Spectre.Console;

namespace RecActors.Evaluation;

/// <summary><c>recactors evaluate --protocol kfold</c>: ratings, or clicks where all actions have one value, predicted by cross-validation.</summary>
internal static class RatingEvaluation
{
    // A pipe has no width; the table is not to be broken for that.
    private const int LeastWidth = 200;

    public static async Task RunAsync(IAnsiConsole console, EvaluationData data, EvaluateRequest request, CancellationToken cancellationToken)
    {
        var ratings = RatingData.Of(data.Set);
        var options = new RatingCrossValidationOptions { Folds = request.Folds, Seed = request.Replay.Seed };
        if (!ratings.HasValues)
        {
            ratings = ratings.WithSampledNegatives(options.Seed);
            options = options with { PositiveFrom = 1 };
        }

        var report = await console.Bars().StartAsync(context =>
        {
            var bar = new Bar(context.AddTask(Markup.Escape(data.Name), maxValue: 1));
            return Task.Run(() => RatingCrossValidation.Run(ratings, options, bar, cancellationToken), cancellationToken);
        });
        Write(console, data.Name, options, report);
        if (request.ReportPath is { } path)
        {
            await RatingReportFile.WriteAsync(data.Name, options, report, path, cancellationToken);
        }
    }

    private static void Write(IAnsiConsole console, string name, RatingCrossValidationOptions options, RatingReport report)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = Math.Max(LeastWidth, console.Profile.Width);
        }

        console.WriteLine(RatingReportFile.Describe(name, options, report));
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("Model").NoWrap());
        foreach (var figure in RatingFigures.Names)
        {
            table.AddColumn(new TableColumn(figure).RightAligned().NoWrap());
        }

        foreach (var model in report.Models)
        {
            table.AddRow([Markup.Escape(model.Model), .. model.Summary.Select(RatingReportFile.Format)]);
        }

        console.Write(table);
        console.WriteLine($"chosen by validation: {RatingReportFile.DescribeChoices(report)}");
    }

    private sealed class Bar(ProgressTask task) : IProgress<RatingProgress>
    {
        public void Report(RatingProgress value)
        {
            task.Description = Markup.Escape(value.Detail);
            task.Value = value.Fraction;
        }
    }
}
