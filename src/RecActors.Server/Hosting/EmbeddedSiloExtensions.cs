using RecActors.Hosting;
using RecActors.Models;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds what every command that touches a data folder needs: settings, logs, storage and a silo.</summary>
internal static class EmbeddedSiloExtensions
{
    /// <summary>
    /// A cluster of one silo over the embedded storage. Its ports are loopback ports of the system's choice, so that any number
    /// of servers run on a machine.
    /// </summary>
    public static TBuilder AddEmbeddedSilo<TBuilder>(this TBuilder builder, ServerSettings settings)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSettings(settings);
        builder.Logging.AddRecActorsConsole(settings.JsonLogs, settings.MinimumLogLevel);
        builder.Services
            .AddSingleton(settings)
            .AddRecActorsEmbeddedStorage(settings.DataFolder);
        if (settings.Roles.HasFlag(SiloRoles.Train))
        {
            builder.Services.AddTrainerRole();
        }

        builder.UseOrleans(silo =>
        {
            var ports = LoopbackPorts.Take(2);
            silo.UseLocalhostClustering(ports[0], ports[1], serviceId: "recactors", clusterId: "recactors")
                .AddSqliteGrainStorage(GrainStorageNames.State)
                .AddActivityPropagation()
                .AddRecActors(options => options.Roles = settings.Roles)
                .Configure<ModelReplicaOptions>(options => options.AllowColdStart |= settings.ColdStart);
        });
        return builder;
    }

    private static void AddSettings(this IHostApplicationBuilder builder, ServerSettings settings)
    {
        if (settings.ConfigFile is { } file)
        {
            builder.Configuration.AddJsonFile(file, optional: false);
        }

        builder.Configuration.AddEnvironmentVariables("RECACTORS_");
    }
}
