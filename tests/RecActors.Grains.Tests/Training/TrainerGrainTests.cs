using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using RecActors.Hosting;
using RecActors.Models;
using RecActors.Retrieval;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Training;

public sealed class TrainerGrainTests
{
    [Fact]
    public async Task Start_TrainerPasses_PublishesPromotesAndReports()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);

        var started = await grain.StartAsync(new RefitRequest());
        await trainer.Training.Task;
        var during = await grain.GetStatusAsync();
        trainer.Finish.SetResult();
        var ended = await EndedAsync(grain);

        Assert.Equal((RefitState.Running, 1L), (started.State, started.RefitId));
        Assert.Contains("half", during.Stage, StringComparison.Ordinal);
        Assert.InRange(during.Fraction, 0.5, 0.6);
        Assert.Equal(RefitState.Completed, ended.State);
        Assert.Equal(0.25, ended.Metrics["ndcg@10"]);
        Assert.Equal(ended.ModelVersion, cluster.Service<ModelHolder>().Current.Version);
        Assert.Equal(6, cluster.Service<ModelHolder>().Current.Bundle!.Manifest.Events);
    }

    [Fact]
    public async Task Start_UserIsErasedMeanwhile_TrainsAgainWithoutTheUser()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer);
        await cluster.User("leaving").AppendAsync(Likes("left-1", "left-2"));
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        await grain.StartAsync(new RefitRequest());
        await trainer.Training.Task;

        await cluster.User("leaving").EraseAsync();
        trainer.Finish.SetResult();
        var ended = await EndedAsync(grain);

        Assert.Equal(RefitState.Completed, ended.State);
        Assert.Equal([true, false], trainer.Users.Select(users => users.Contains("leaving")));
        Assert.Equal(6, cluster.Service<ModelHolder>().Current.Bundle!.Manifest.Events);
    }

    [Fact]
    public async Task Start_AsManyItemsAsAnIndexIsFor_PublishesOneByWhichSilosSearch()
    {
        var trainer = new ScriptedTrainer();
        trainer.Finish.SetResult();
        await using var cluster = await StartAsync(trainer, indexFromRows: 1);
        await cluster.User("c").AppendAsync(Likes(Enumerable.Range(0, 60).Select(item => $"item-{item}")));
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);

        await grain.StartAsync(new RefitRequest());
        var ended = await EndedAsync(grain);

        // Loaded once more: of the one that serves, the silo would make an index by itself.
        Assert.Equal(RefitState.Completed, ended.State);
        using var loaded = await cluster.Service<ModelLoader>().LoadAsync(cluster.Service<ModelHolder>().Current.Version, TestContext.Current.CancellationToken);
        Assert.True(loaded.IsIndexed);
    }

    [Fact]
    public async Task Start_WhileOneRuns_ReturnsTheOneThatRuns()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        await grain.StartAsync(new RefitRequest());

        Assert.Equal(1, (await grain.StartAsync(new RefitRequest())).RefitId);
        trainer.Finish.SetResult();
    }

    [Fact]
    public async Task Cancel_RunningRefit_EndsItAndServesOn()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        await grain.StartAsync(new RefitRequest());
        await trainer.Training.Task;

        await grain.CancelAsync();
        var ended = await EndedAsync(grain);

        Assert.Equal(RefitState.Cancelled, ended.State);
        Assert.Equal(0, cluster.Service<ModelHolder>().Current.Version);
    }

    [Fact]
    public async Task Start_GateRefuses_PublishesOnlyWhenForced()
    {
        var trainer = new ScriptedTrainer { Passes = false };
        trainer.Finish.SetResult();
        await using var cluster = await StartAsync(trainer);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);

        await grain.StartAsync(new RefitRequest());
        var refused = await EndedAsync(grain);
        await grain.StartAsync(new RefitRequest(Force: true));
        var forced = await EndedAsync(grain);

        Assert.Equal((RefitState.Refused, "worse"), (refused.State, refused.Message));
        Assert.Equal((RefitState.Completed, 2L), (forced.State, forced.RefitId));
    }

    [Fact]
    public async Task Start_ServerWithoutTrainer_SaysSo()
    {
        await using var cluster = await RecActorsCluster.StartAsync();

        var status = await cluster.Grains.GetGrain<ITrainerGrain>(0).StartAsync(new RefitRequest());

        Assert.Equal(RefitState.Failed, status.State);
        Assert.Contains("without a trainer", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activate_RefitWasLostWithItsActivation_SaysSoAndStartsItAgainAtTheNextCheck()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        await grain.StartAsync(new RefitRequest());
        await trainer.Training.Task;

        await cluster.DeactivateAsync(grain);
        var lost = await grain.GetStatusAsync();
        await cluster.Service<IGrainFactory>().GetGrain<ITrainerScheduleGrain>(0).CheckAsync();
        var again = await grain.GetStatusAsync();
        trainer.Finish.SetResult();

        Assert.Equal((RefitState.Failed, 1L), (lost.State, lost.RefitId));
        Assert.Contains("started again", lost.Message, StringComparison.Ordinal);
        Assert.Equal((RefitState.Running, 2L), (again.State, again.RefitId));
        Assert.Contains("refit 1 was lost", again.Message, StringComparison.Ordinal);
        Assert.Equal(RefitState.Completed, (await EndedAsync(grain)).State);
    }

    [Fact]
    public async Task End_CannotBeStoredAtFirst_IsStoredLaterAndTheRefitIsNotDoneAgain()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer);
        var storage = (FaultyGrainStorage)cluster.Service<IServiceProvider>().GetRequiredKeyedService<IGrainStorage>(GrainStorageNames.State);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        await grain.StartAsync(new RefitRequest());
        await trainer.Training.Task;
        storage.IsDown = true;
        await Record.ExceptionAsync(() => grain.CancelAsync());

        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => grain.GetStatusAsync()) is not null);
        storage.IsDown = false;
        await grain.GetStatusAsync();
        await cluster.DeactivateAsync(grain);

        var ended = await grain.GetStatusAsync();
        Assert.Equal((RefitState.Cancelled, 1L), (ended.State, ended.RefitId));
    }

    [Fact]
    public async Task Activate_RefitsAreLostAgainAndAgain_GivesUp()
    {
        var trainer = new ScriptedTrainer();
        await using var cluster = await StartAsync(trainer, maxRestarts: 0);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        await grain.StartAsync(new RefitRequest());
        await trainer.Training.Task;

        await cluster.DeactivateAsync(grain);
        await cluster.Service<IGrainFactory>().GetGrain<ITrainerScheduleGrain>(0).CheckAsync();

        var lost = await grain.GetStatusAsync();
        Assert.Equal((RefitState.Failed, 1L), (lost.State, lost.RefitId));
        Assert.Contains("not started again", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_LateAfterAnotherRefit_IsRefusedAndLeavesNothing()
    {
        var (late, quick) = (new ScriptedTrainer(), new ScriptedTrainer());
        quick.Finish.SetResult();
        await using var cluster = await StartAsync(quick);
        var grain = cluster.Grains.GetGrain<ITrainerGrain>(0);
        using var lateRefit = ActivatorUtilities.CreateInstance<Refit>(
            cluster.Service<IServiceProvider>(), late, new RefitRequest(), new RefitStatus { RefitId = 1, State = RefitState.Running });
        lateRefit.Begin();
        await late.Training.Task;

        await grain.StartAsync(new RefitRequest());
        var ended = await EndedAsync(grain);
        late.Finish.SetResult();
        await lateRefit.Ended;

        Assert.Equal((RefitState.Completed, 2L), (ended.State, ended.ModelVersion));
        Assert.Equal((RefitState.Refused, "A later refit has taken over."), (lateRefit.Status.State, lateRefit.Status.Message));
        Assert.Equal([2L], await cluster.Storage.Bundles.ListAsync(default));
        Assert.Equal(2, cluster.Service<ModelHolder>().Current.Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refit_ItsSiloIsKilledOrStops_AnotherTrainsItAgain(bool killed)
    {
        var trainers = new ConcurrentDictionary<ScriptedTrainer, bool>();
        await using var cluster = await RecActorsCluster.StartAsync(
            silos: 3,
            configure: silo =>
            {
                silo.Services.AddSingleton<IModelTrainer>(_ =>
                {
                    var trainer = new ScriptedTrainer();
                    trainers[trainer] = true;
                    return trainer;
                });
                silo.Configure<RefitOptions>(options => options.CheckInterval = TimeSpan.FromMilliseconds(200));
                silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = TimeSpan.FromSeconds(1));
            },
            roles: number => number == 0 ? SiloRoles.Serve : SiloRoles.Train);
        var user = await cluster.KnownAsync(grains => grains.GetGrain<Users.IUserGrain>("a"));
        var grain = await cluster.KnownAsync(grains => grains.GetGrain<ITrainerGrain>(0));
        await user.AppendAsync(Likes("x", "y", "z"));
        await grain.StartAsync(new RefitRequest());
        await Eventually.HoldsAsync(() => Task.FromResult(trainers.Keys.Any(trainer => trainer.Training.Task.IsCompleted)));
        var first = trainers.Keys.Single(trainer => trainer.Training.Task.IsCompleted);
        var address = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress((GrainReference)grain);
        var silo = cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));

        await (killed ? cluster.KillAsync(silo) : cluster.StopAsync(silo));
        await Eventually.HoldsAsync(() => Task.FromResult(trainers.Keys.Any(trainer => trainer != first && trainer.Training.Task.IsCompleted)));
        var again = await Eventually.SucceedsAsync(() => grain.GetStatusAsync());
        trainers.Keys.Single(trainer => trainer != first && trainer.Training.Task.IsCompleted).Finish.SetResult();

        Assert.Equal((RefitState.Running, 2L), (again.State, again.RefitId));
        Assert.Equal(RefitState.Completed, (await EndedAsync(grain)).State);
    }

    private static async Task<RecActorsCluster> StartAsync(ScriptedTrainer trainer, int maxRestarts = 3, int? indexFromRows = null)
    {
        var cluster = await RecActorsCluster.StartAsync(configure: silo =>
        {
            silo.Services.AddSingleton<IModelTrainer>(trainer);
            FaultyGrainStorage.Wrap(silo.Services, GrainStorageNames.State);
            silo.Configure<RefitOptions>(options => options.MaxRestarts = maxRestarts);
            silo.Configure<IndexOptions>(options => options.FromRows = indexFromRows ?? options.FromRows);
        });
        await cluster.User("a").AppendAsync(Likes("x", "y", "z"));
        await cluster.User("b").AppendAsync(Likes("y", "z", "x"));
        return cluster;
    }

    private static async Task<RefitStatus> EndedAsync(ITrainerGrain grain)
    {
        RefitStatus status = new();
        await Eventually.HoldsAsync(async () =>
        {
            status = await Eventually.SucceedsAsync(() => grain.GetStatusAsync());
            return status.State != RefitState.Running;
        });
        return status;
    }
}
