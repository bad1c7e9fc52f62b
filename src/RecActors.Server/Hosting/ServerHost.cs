
using Microsoft.Extensions.Options;
using RecActors.Dashboard;
using RecActors.Items;
using RecActors.Security;

namespace RecActors.Hosting;

/// <summary>The composition root: what the roles ask for, in one process, over a data folder or as a part of a cluster.</summary>
internal static class ServerHost
{
    /// <summary>A process with an HTTP server, not started yet: the REST API with the role gateway, else only health and metrics.</summary>
    /// <exception cref="StartupException">The configuration asks for something that cannot be.</exception>
    public static WebApplication Build(ServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var node = builder.AddNode(settings);
        node.EnsureUseful();
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (node.Options.Urls is not null || !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(node.Urls);
        }

        builder.Services
            .AddRecActorsTelemetry(builder.Configuration, node)
            .AddRecActorsGateway();
        if (node.IsGateway)
        {
            builder.Services.AddRecActorsStreams(builder.Configuration, node.Name);
            if (node.Serves)
            {
                builder.Services.AddSingleton<IValidateOptions<NamedListsOptions>, NamedListWindows>();
            }
        }

        var app = builder.Build();
        if (node.IsGateway)
        {
            app.MapRecActorsApi().MapRecActorsDocs().MapRecActorsConsole();
            app.MapOperatorDashboard();
        }
        else
        {
            app.MapRecActorsHealth();
        }

        app.MapPrometheusScrapingEndpoint().RequireScope(ApiScopes.Metrics);
        return app;
    }

    /// <summary>A process without an HTTP server, for commands that work on stored data and end.</summary>
    public static IHost BuildWithoutGateway(ServerSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddNode(settings with { Roles = settings.Roles ?? SiloRoleNames.WithoutGateway });
        return builder.Build();
    }
}
