using System.Globalization;
using RecActors.DataSets;
using RecActors.Hosting;
using RecActors.Importing;
using Spectre.Console;

namespace RecActors.Bench;

/// <summary>How fast <c>recactors import</c> is: a made-up file of actions, always the same, into a new data folder.</summary>
/// <param name="actions">Lines of the file: users alike, items by Zipf's law, in the order of their times, as exports are.</param>
/// <param name="users">How many users act.</param>
/// <param name="items">How many items there are; only the actions name them.</param>
/// <param name="output">Where the result goes.</param>
internal sealed class ImportBench(int actions, int users, int items, TextWriter output)
{
    private const long FirstMs = 1_700_000_000_000;
    private const string Database = "recactors.db*";

    public async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("recactors-bench-import-");
        try
        {
            var file = new FileInfo(Path.Combine(folder.FullName, "feedback.csv"));
            Write(file);
            Line($"{actions:N0} actions of {users:N0} users on {items:N0} items, a file of {file.Length / 1e6:N0} MB.");
            var rates = new List<double>();
            for (var round = 1; round <= rounds; round++)
            {
                rates.Add(await ImportAsync(round, file, folder.CreateSubdirectory($"data-{round}"), cancellationToken));
            }

            Line($"{rates.Order().ElementAt(rates.Count / 2):N0} actions a second, in the middle of {rounds} rounds.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<double> ImportAsync(int round, FileInfo file, DirectoryInfo data, CancellationToken cancellationToken)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        ImportSummary summary;
        using (var host = await BenchStores.OpenAsync(data, cancellationToken))
        {
            var silent = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
            summary = await new DataSetImport(host, silent, rejectLimit: 0)
                .RunAsync(new TimeOrderedDataSet(new FileDataSet(file.FullName, null, null)), cancellationToken);
            await host.StopAsync(CancellationToken.None);
        }

        if (summary.ActionsWritten + summary.Duplicates != actions)
        {
            throw new StartupException($"{summary.ActionsWritten} actions were imported of {actions}.");
        }

        var bytes = data.EnumerateFiles(Database).Sum(part => part.Length);
        Line($"round {round}: {summary.ActionsTook.TotalSeconds:F1} s until all are durable, {summary.ActionsPerSecond:N0} a second; {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / actions:F1} µs of CPU and {bytes / (double)actions:F1} bytes an action, start and stop of the stores included.");
        data.Delete(recursive: true);
        return summary.ActionsPerSecond;
    }

    private void Write(FileInfo file)
    {
        using var writer = file.CreateText();
        writer.WriteLine("UserId,ItemId,FeedbackType,Timestamp");
        var (random, choice) = (new Random(1), new ZipfChoice(items, 1, seed: 2));
        for (var action = 0; action < actions; action++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"u{random.Next(users)},i{choice.Next(random)},watch,{FirstMs + action}"));
        }
    }

    private void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
