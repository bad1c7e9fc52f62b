using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.TestingHost;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>A cluster of one silo with the real grains over a data folder, which serves without a model.</summary>
internal static class EmbeddedSilo
{
    public static async Task<InProcessTestCluster> StartAsync(string dataFolder, Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddRecActorsEmbeddedStorage(dataFolder);
            silo.UseInMemoryReminderService()
                .AddSqliteGrainStorage(GrainStorageNames.State)
                .AddRecActors()
                .Configure<ModelReplicaOptions>(options => options.AllowColdStart = true)

                // Past it answers are marked: on a machine that others keep busy the journal may take longer.
                .Configure<UserOptions>(options => options.ConfirmationTimeout = TimeSpan.FromMinutes(1))
                .Configure<RankingBudgetOptions>(options => options.Time = TimeSpan.Zero);

            // The gateways' time: what is counted today by theirs must not be too old to be kept by the silo's.
            silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new RunningClock()));
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
