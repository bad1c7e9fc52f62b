using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary><c>recactors bench start</c>: makes a data folder, starts servers on it and tells how soon they answer.</summary>
internal static class StartBenchCommand
{
    public static Command Create()
    {
        var items = BenchNumber.Create("--items", 100_000, "Items of the site.");
        var actions = BenchNumber.Create("--actions", 1_000_000, "Actions that its journals hold.");
        var perUser = BenchNumber.Create("--actions-per-user", 20, "Actions of a user on average.");
        var rounds = BenchNumber.Create("--rounds", 3, "Starts after a stop, and after a kill -9; medians are told.");
        var lost = BenchNumber.Create("--actions-before-kill", 100_000, "Actions that a server takes before it is killed: the next start has to count them again.");
        var command = new Command("start", "How soon a server that is started on a data folder is ready and answers.");
        foreach (var option in (Option[])[items, actions, perUser, rounds, lost])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var site = new StartSite(parsed.GetValue(items), parsed.GetValue(actions), parsed.GetValue(perUser));
            await new StartBench(site, parsed.GetValue(rounds), parsed.GetValue(lost), Console.Out, TimeProvider.System).RunAsync(cancellationToken);
            return 0;
        }));
        return command;
    }
}
