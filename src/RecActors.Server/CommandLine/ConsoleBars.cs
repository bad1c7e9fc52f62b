using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary>The look of every progress bar.</summary>
internal static class ConsoleBars
{
    /// <summary>What is done, how much of it, since when and how much longer.</summary>
    public static Progress Bars(this IAnsiConsole console) => console.Progress().Columns(
        new TaskDescriptionColumn { Alignment = Justify.Left },
        new ProgressBarColumn(),
        new PercentageColumn(),
        new ElapsedTimeColumn(),
        new RemainingTimeColumn());
}
