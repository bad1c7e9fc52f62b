using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using RecActors.Health;
using RecActors.Hosting;

[assembly: AssemblyFixture(typeof(RecActors.Security.SecuredCluster))]

namespace RecActors.Security;

/// <summary>A cluster with keys, and two gateways in front of it whose whole log is kept.</summary>
public sealed class SecuredCluster : IAsyncLifetime
{
    private readonly string _dataFolder = Directory.CreateTempSubdirectory("recactors-keys-").FullName;
    private readonly List<WebApplication> _gateways = [];
    private InProcessTestCluster _cluster = null!;

    /// <summary>Everything that the gateways have logged, down to traces.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>The administrator's key, which the configuration has as a hash.</summary>
    public string Admin { get; } = ApiKeySecret.Generate();

    public Uri First { get; private set; } = null!;

    public Uri Second { get; private set; } = null!;

    public IGrainFactory Grains => _cluster.Client;

    public async ValueTask InitializeAsync()
    {
        _cluster = await EmbeddedSilo.StartAsync(_dataFolder);
        First = await StartGatewayAsync();
        Second = await StartGatewayAsync();
    }

    /// <summary>Another gateway, with settings of the section <c>RecActors:Security</c>.</summary>
    public async Task<Uri> StartGatewayAsync(params (string Name, string Value)[] settings)
    {
        var app = await ApiServer.StartAsync(_cluster.Client, builder =>
        {
            (string Name, string? Value)[] all = [("AdminKeySha256", ApiKeySecret.Hash(Admin)), ("Refresh", "00:00:00.050"), .. settings];
            builder.Configuration.AddInMemoryCollection(all.Select(setting => KeyValuePair.Create($"{SecurityOptions.Section}:{setting.Name}", setting.Value)));
            builder.Services.AddSingleton<IServingHealth>(new ApiServer.FixedHealth(new ServingHealth(true, true, 7)));
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new KeptLog(Log));
        });
        _gateways.Add(app);
        return new Uri(app.Urls.Single());
    }

    /// <summary>Makes a key with the scopes, and returns its id and itself.</summary>
    internal async Task<(string Id, string Key)> AddKeyAsync(string json)
    {
        using var admin = Client(First, Admin);
        var answer = await admin.PostAsync("/api/keys", json);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.Status);
        return ((string)answer.Json["Id"]!, (string)answer.Json["Key"]!);
    }

    public static HttpClient Client(Uri gateway, string? key)
    {
        var client = new HttpClient { BaseAddress = gateway };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        Directory.Delete(_dataFolder, recursive: true);
    }

    private sealed class KeptLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
