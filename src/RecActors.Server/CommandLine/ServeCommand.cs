using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.CommandLine;

/// <summary><c>recactors serve</c>: a server on a data folder, until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var roles = new Option<string>("--roles")
        {
            Description = "What this process does: serve, train, or both.",
            HelpName = "ROLES",
            DefaultValueFactory = _ => SiloRoleNames.Default,
        };
        var coldStart = new Option<bool>("--cold-start")
        {
            Description = "Be ready without a model: popular and new items, and item-to-item lists, until the first refit.",
        };

        var command = new Command("serve", "Serve the REST API from a data folder.");
        common.AddTo(command);
        command.Options.Add(roles);
        command.Options.Add(coldStart);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var settings = common.Read(parsed) with
            {
                Roles = SiloRoleNames.Parse(parsed.GetRequiredValue(roles)),
                ColdStart = parsed.GetValue(coldStart),
            };
            await using var app = ServerHost.Build(settings);
            await app.RunAsync(cancellationToken);
            return 0;
        }));
        return command;
    }
}
