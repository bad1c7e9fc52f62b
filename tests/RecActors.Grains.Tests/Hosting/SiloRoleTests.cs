using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Models;
using RecActors.Training;
using RecActors.Users;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Hosting;

public sealed class SiloRoleTests
{
    [Fact]
    public async Task Roles_ServingAndTrainingApart_GrainsAreOnTheSilosOfTheirRole()
    {
        var trainer = new ScriptedTrainer();
        trainer.Finish.SetResult();
        await using var cluster = await RecActorsCluster.StartAsync(
            silos: 2,
            configure: silo => silo.Services.AddSingleton<IModelTrainer>(trainer),
            roles: number => number == 0 ? SiloRoles.Serve : SiloRoles.Train);

        var serving = cluster.Service<IOptions<SiloRoleOptions>>(0).Value.Roles == SiloRoles.Serve ? 0 : 1;
        var training = 1 - serving;

        var users = await cluster.KnownAsync(grains => Enumerable.Range(0, 20).Select(u => grains.GetGrain<IUserGrain>($"user-{u}")).ToList());
        var refit = await cluster.KnownAsync(grains => grains.GetGrain<ITrainerGrain>(0));
        await Task.WhenAll(users.Select(user => user.AppendAsync(Likes("a", "b"))));
        await refit.StartAsync(new RefitRequest());
        await Eventually.HoldsAsync(async () => (await refit.GetStatusAsync()).State == RefitState.Completed);

        var active = await cluster.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        Assert.Equal([cluster.Silos[serving].SiloAddress], SilosOf(UserGrain.TypeName));
        Assert.Equal([cluster.Silos[training].SiloAddress], SilosOf("trainer"));
        Assert.All([0, 1], silo => Assert.Equal([cluster.Silos[serving].SiloAddress], cluster.Service<ServingSilos>(silo).Active));
        Assert.Equal(1, cluster.Service<ModelHolder>(serving).Current.Version);
        Assert.Equal(0, cluster.Service<ModelHolder>(training).Current.Version);
        Assert.All([0, 1], silo => Assert.True(cluster.Service<ISiloReadiness>(silo).Report().IsReady));

        IEnumerable<SiloAddress> SilosOf(string type) =>
            active.Where(grain => grain.GrainId.Type.ToString() == type).Select(grain => grain.SiloAddress).Distinct();
    }

    [Fact]
    public async Task Readiness_NoModelAndNoColdStart_SaysWhatIsMissing()
    {
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo =>
            silo.Services.Configure<ModelReplicaOptions>(options => options.AllowColdStart = false));

        var report = cluster.Service<ISiloReadiness>().Report();

        Assert.False(report.IsReady);
        Assert.Contains("no model", Assert.Single(report.Missing), StringComparison.Ordinal);
    }
}
