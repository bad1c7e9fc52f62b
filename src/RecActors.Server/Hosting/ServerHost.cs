using RecActors.Health;

namespace RecActors.Hosting;

/// <summary>The composition root: silo, gateway, storage and trainer in one process over a data folder.</summary>
internal static class ServerHost
{
    /// <summary>A server with the REST API, not started yet.</summary>
    public static WebApplication Build(ServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddEmbeddedSilo(settings);
        builder.WebHost.UseUrls(settings.Urls.Split(';'));
        builder.Services
            .AddRecActorsTelemetry(builder.Configuration)
            .AddRecActorsGateway()
            .AddSingleton<IServingHealth, ServingHealthCheck>();

        var app = builder.Build();
        app.MapRecActorsApi();
        app.MapPrometheusScrapingEndpoint();
        return app;
    }

    /// <summary>The same without the REST API, for commands that work on a data folder and end.</summary>
    public static IHost BuildWithoutGateway(ServerSettings settings) =>
        Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory })
            .AddEmbeddedSilo(settings)
            .Build();
}
