using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>The stores of a folder that nothing serves from, for benchmarks that write or read them directly.</summary>
internal static class BenchStores
{
    /// <summary>Opens them; disposing of the host closes them.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <param name="redis">The Redis to open instead, as its connection string.</param>
    public static async Task<IHost> OpenAsync(DirectoryInfo folder, CancellationToken cancellationToken, string redis = ServerSettings.NoRedis)
    {
        var host = ServerHost.BuildWithoutGateway(new ServerSettings
        {
            DataFolder = folder.FullName,
            Redis = redis,
            Roles = SiloRoleNames.Serve,
            MinimumLogLevel = LogLevel.Warning,
        });
        try
        {
            await host.OpenStoresAsync(cancellationToken);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
