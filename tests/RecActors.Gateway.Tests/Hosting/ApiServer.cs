using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using RecActors.Health;

[assembly: AssemblyFixture(typeof(RecActors.Hosting.ApiServer))]

namespace RecActors.Hosting;

/// <summary>A cluster of one silo with the real grains and storage, and gateways in front of it on real sockets. Tests share it and keep to ids of their own.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private readonly string _dataFolder = Directory.CreateTempSubdirectory("recactors-api-").FullName;
    private readonly List<WebApplication> _gateways = [];
    private InProcessTestCluster _cluster = null!;

    /// <summary>A client of a gateway with default options.</summary>
    public HttpClient Client { get; private set; } = null!;

    internal InjectedFaults Faults { get; } = new();

    public IGrainFactory Grains => _cluster.Client;

    public async ValueTask InitializeAsync()
    {
        _cluster = await EmbeddedSilo.StartAsync(_dataFolder, silo => silo.AddIncomingGrainCallFilter(Faults));
        Client = await StartGatewayAsync();
    }

    /// <summary>Starts another gateway on the same cluster.</summary>
    public async Task<HttpClient> StartGatewayAsync(
        Action<GatewayOptions>? configure = null, ServingHealth? health = null, Action<IServiceCollection>? configureServices = null)
    {
        var app = await StartAsync(_cluster.Client, builder =>
        {
            builder.Services.AddSingleton<IServingHealth>(new FixedHealth(health ?? new ServingHealth(true, true, 7)));
            if (configure is not null)
            {
                builder.Services.Configure(configure);
            }

            configureServices?.Invoke(builder.Services);
        });
        _gateways.Add(app);
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>Starts a gateway in front of any grains.</summary>
    internal static async Task<WebApplication> StartAsync(IGrainFactory grains, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(grains);
        builder.Services.AddRecActorsGateway();

        // How long a grain may take on a machine that others keep busy is not a test's business.
        builder.Services.Configure<GatewayOptions>(options =>
        {
            options.AttemptTimeout = options.Deadline = TimeSpan.FromMinutes(1);
            options.LatencyTarget = TimeSpan.Zero;
        });
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FixedClock()));
        configure(builder);
        var app = builder.Build();
        app.MapRecActorsApi().MapRecActorsDocs().MapRecActorsConsole();
        await app.StartAsync();
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        Directory.Delete(_dataFolder, recursive: true);
    }

    internal sealed class FixedHealth(ServingHealth health) : IServingHealth
    {
        public ValueTask<ServingHealth> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(health);
    }
}
