using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary><c>recactors bench import</c>: how many actions a second come from a file into a data folder.</summary>
internal static class ImportBenchCommand
{
    public static Command Create()
    {
        var actions = BenchNumber.Create("--actions", 2_000_000, "Actions in the file.");
        var users = BenchNumber.Create("--users", 20_000, "Users who act.");
        var items = BenchNumber.Create("--items", 10_000, "Items that are acted on.");
        var rounds = BenchNumber.Create("--rounds", 3, "How often the file is imported, each time into a new folder.");
        var command = new Command("import", "How many actions a second recactors import brings from a file into a data folder, durable.");
        foreach (var option in (Option[])[actions, users, items, rounds])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            await new ImportBench(parsed.GetValue(actions), parsed.GetValue(users), parsed.GetValue(items), Console.Out).RunAsync(parsed.GetValue(rounds), cancellationToken);
            return 0;
        }));
        return command;
    }
}
