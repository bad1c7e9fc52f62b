using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.CommandLine;

/// <summary><c>recactors serve</c>: a server on a data folder or a process of a cluster, until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var roles = new Option<string?>("--roles")
        {
            Description = $"What this process does, separated by commas: serve (owns users and items), train (refits the model), gateway (answers HTTP). Default: {SiloRoleNames.Default}.",
            HelpName = "ROLES",
        };
        var coldStart = new Option<bool>("--cold-start")
        {
            Description = "Be ready without a model: popular and new items, and item-to-item lists, until the first refit.",
        };

        var command = new Command("serve", "Run a server on a data folder, or a process of a cluster.");
        common.AddTo(command, withRedis: true);
        command.Options.Add(roles);
        command.Options.Add(coldStart);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var settings = common.Read(parsed) with
            {
                Roles = parsed.GetValue(roles),
                ColdStart = parsed.GetValue(coldStart),
            };
            await using var app = ServerHost.Build(settings);
            var silo = app.Services.GetService<ISiloReadiness>();
            await app.RunAsync(cancellationToken);

            // Whoever watches over the process is to start it again.
            return silo?.Report().StorageLost == true ? 1 : 0;
        }));
        return command;
    }
}
