using System.CommandLine;
using RecActors.Erasure;
using RecActors.Hosting;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors compact</c>: leaves no byte of what was deleted in the store.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var command = new Command("compact", "Leave no byte of what was deleted in the store. With Redis its processes may run; a data folder must not be served meanwhile: use POST /api/erasures/compact of the server instead.");
        command.Options.Add(common.Data);
        command.Options.Add(common.Redis);
        command.Options.Add(common.Config);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            using var host = ServerHost.BuildWithoutGateway(common.Read(parsed) with { Roles = SiloRoleNames.Serve, MinimumLogLevel = LogLevel.Error });
            await host.OpenStoresAsync(cancellationToken);
            var store = host.Services.GetRequiredService<IErasureStore>();
            await AnsiConsole.Status().StartAsync("Compacting", context => store.CompactAsync(new Shown(context), cancellationToken));
            AnsiConsole.MarkupLineInterpolated($"Compacted. {await store.CountAsync(cancellationToken):N0} erased users are refused.");
            return 0;
        }));
        return command;
    }

    private sealed class Shown(StatusContext context) : IProgress<string>
    {
        public void Report(string value) => context.Status(Markup.Escape(value));
    }
}
