using Microsoft.Extensions.Options;
using Orleans.Storage;
using RecActors.Cluster;
using RecActors.Dashboard;
using RecActors.Health;
using RecActors.Hosting;
using RecActors.Models;
using RecActors.Shutdown;
using RecActors.Telemetry;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds what a process is: settings, logs, storage, and a silo or a client of the silos.</summary>
internal static class NodeHostingExtensions
{
    /// <exception cref="StartupException">The configuration asks for something that cannot be.</exception>
    public static Node AddNode(this IHostApplicationBuilder builder, ServerSettings settings)
    {
        builder.Configuration.AddSettings(settings);
        MemoryBudget.Apply(builder.Configuration);
        builder.Logging.AddRecActorsConsole(settings.JsonLogs, settings.MinimumLogLevel);
        var node = Node.Read(builder.Configuration);
        builder.Services.AddSingleton(settings).AddSingleton(node).AddShutdown().AddHealth(node);
        if (node.IsSilo)
        {
            builder.AddStorage(node, settings).AddSilo(node, settings);
        }
        else
        {
            builder.AddClusterClient(node);
        }

        return node;
    }

    /// <summary>Opens the stores of a host that is not started, for commands that work on them without a silo.</summary>
    public static async Task OpenStoresAsync(this IHost host, CancellationToken cancellationToken)
    {
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(cancellationToken);
        }
    }

    /// <summary>The storage of the grains' state, for the same commands; the stores are open.</summary>
    public static async Task<IGrainStorage> OpenGrainStateAsync(this IHost host, CancellationToken cancellationToken)
    {
        var grainState = host.Services.GetRequiredKeyedService<IGrainStorage>(GrainStorageNames.State);
        if (grainState is ILifecycleParticipant<ISiloLifecycle> starting)
        {
            // Some providers connect in the silo's lifecycle, and there is no silo.
            var lifecycle = new SiloLifecycleSubject(host.Services.GetRequiredService<ILogger<SiloLifecycleSubject>>());
            starting.Participate(lifecycle);
            await lifecycle.OnStart(cancellationToken);
        }

        return grainState;
    }

    private static IHostApplicationBuilder AddStorage(this IHostApplicationBuilder builder, Node node, ServerSettings settings)
    {
        if (node.IsClustered)
        {
            builder.Services.AddRecActorsRedisStorage(options => options.ServiceId = node.Options.ServiceId);
        }
        else
        {
            builder.Services.AddRecActorsEmbeddedStorage(settings.DataFolder);
        }

        return builder;
    }

    private static void AddSilo(this IHostApplicationBuilder builder, Node node, ServerSettings settings)
    {
        if (node.Trains)
        {
            builder.Services.AddTrainerRole();
        }

        builder.UseOrleans(silo =>
        {
            (node.IsClustered ? silo.UseCluster(node) : silo.UseDataFolder(node))
                .AddOperatorDashboard()
                .AddRecActors(options => options.Roles = node.Roles)
                .Configure<ModelReplicaOptions>(options => options.AllowColdStart |= settings.ColdStart);

            // It costs every grain call four filters, and carries what nobody collects.
            if (TelemetryOptions.Read(builder.Configuration).OtlpEndpoint is not null)
            {
                silo.AddActivityPropagation();
            }
        });
    }

    private static IServiceCollection AddHealth(this IServiceCollection services, Node node)
    {
        if (node.IsSilo && (node.Serves || !node.IsGateway))
        {
            return services.AddSingleton<IServingHealth, SiloHealthCheck>();
        }

        services.AddOptions<ServingProbeOptions>().BindConfiguration(ServingProbeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<ServingProbe>()
            .AddHostedService(provider => provider.GetRequiredService<ServingProbe>())
            .AddSingleton<IServingHealth, GatewayHealthCheck>();
    }

    private static IServiceCollection AddShutdown(this IServiceCollection services)
    {
        services.AddOptions<ShutdownOptions>()
            .BindConfiguration(ShutdownOptions.Section)
            .ValidateDataAnnotations()
            .Validate(options => options.DrainDelay is not { } delay || delay < options.Timeout, "RecActors:Shutdown: DrainDelay is part of Timeout, so it must be shorter.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, options) => host.ShutdownTimeout = options.Value.Timeout);
        return services.AddHostedService<Draining>();
    }
}
