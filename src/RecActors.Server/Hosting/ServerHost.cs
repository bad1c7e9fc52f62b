using RecActors.Health;
using RecActors.Models;

namespace RecActors.Hosting;

/// <summary>The composition root: one process with silo, gateway, storage and trainer over a data folder.</summary>
internal static class ServerHost
{
    /// <summary>Builds a server that is not started yet.</summary>
    public static WebApplication Build(ServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddSettings(settings);
        builder.Logging.AddRecActorsConsole(settings.JsonLogs, settings.MinimumLogLevel);
        builder.WebHost.UseUrls(settings.Urls.Split(';'));
        builder.Services
            .AddSingleton(settings)
            .AddRecActorsTelemetry(builder.Configuration)
            .AddRecActorsEmbeddedStorage(settings.DataFolder)
            .AddSingleton<ModelHolder>()
            .AddRecActorsGateway()
            .AddSingleton<IServingHealth, ServingHealthCheck>();

        var app = builder.Build();
        app.MapRecActorsApi();
        app.MapPrometheusScrapingEndpoint();
        return app;
    }

    private static void AddSettings(this WebApplicationBuilder builder, ServerSettings settings)
    {
        if (settings.ConfigFile is { } file)
        {
            builder.Configuration.AddJsonFile(file, optional: false);
        }

        builder.Configuration.AddEnvironmentVariables("RECACTORS_");
    }
}
