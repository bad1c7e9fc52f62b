using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary><c>recactors bench reload</c>: how many users' journals a second can be taken over and read.</summary>
internal static class ReloadBenchCommand
{
    public static Command Create()
    {
        var redis = new Option<string?>("--redis") { Description = "The Redis to measure instead of a data folder; the users stay in it.", HelpName = "CONNECTION" };
        var users = BenchNumber.Create("--users", 5_000, "Users that are written and read.");
        var actions = BenchNumber.Create("--actions-per-user", 200, "Actions of each.");
        var rounds = BenchNumber.Create("--rounds", 5, "How often all are read.");
        var command = new Command("reload", "How many users' journals a second can be taken over and read: what activations cost the store.");
        foreach (var option in (Option[])[redis, users, actions, rounds])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var folder = Directory.CreateTempSubdirectory("recactors-bench-reload-");
            try
            {
                using var host = await BenchStores.OpenAsync(folder, cancellationToken, parsed.GetValue(redis) ?? ServerSettings.NoRedis);
                await new ReloadBench(host, parsed.GetValue(users), parsed.GetValue(actions), Console.Out, TimeProvider.System).RunAsync(parsed.GetValue(rounds), cancellationToken);
                return 0;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }));
        return command;
    }
}
