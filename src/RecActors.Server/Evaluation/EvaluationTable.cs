using Spectre.Console;

namespace RecActors.Evaluation;

/// <summary>The figures of a run for the terminal.</summary>
internal static class EvaluationTable
{
    // A pipe has no width; the table is not to be broken for that.
    private const int LeastWidth = 140;

    public static void Write(IAnsiConsole console, EvaluationResult result)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = Math.Max(LeastWidth, console.Profile.Width);
        }

        console.WriteLine($"{result.DataSet}: {result.Protocol}; {result.Trained:N0} actions trained on, {result.Users:N0} users, {result.Items:N0} items, {result.Models[0].Metrics.Count:N0} questions, seed {result.Seed}");
        console.Write(Of(result));
        foreach (var model in result.Models.Where(model => model.Settings.Length > 0).DistinctBy(model => model.Name))
        {
            console.WriteLine($"{model.Name}: chosen by validation: {model.Settings}");
        }
    }

    private static Table Of(EvaluationResult result)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("Model").NoWrap());
        var names = result.MetricNames;
        string[] columns = [.. names, "Cover@10", "Divers@10", "Fit s", "Replay s"];
        foreach (var name in columns)
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        foreach (var model in result.Models)
        {
            table.AddRow([
                Markup.Escape(model.Title),
                .. names.Select(name => $"{model.Metrics.Mean(name):F4}"),
                $"{model.Coverage:F3}", $"{model.Diversity:F3}", $"{model.FitSeconds:F1}", $"{model.ReplaySeconds:F1}"]);
        }

        return table;
    }
}
