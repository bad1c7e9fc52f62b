using Microsoft.Extensions.DependencyInjection;
using RecActors.Hosting;
using RecActors.Models;
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

    private static async Task<RecActorsCluster> StartAsync(ScriptedTrainer trainer)
    {
        var cluster = await RecActorsCluster.StartAsync(configure: silo => silo.Services.AddSingleton<IModelTrainer>(trainer));
        await cluster.User("a").AppendAsync(Likes("x", "y", "z"));
        await cluster.User("b").AppendAsync(Likes("y", "z", "x"));
        return cluster;
    }

    private static async Task<RefitStatus> EndedAsync(ITrainerGrain grain)
    {
        await Eventually.HoldsAsync(async () => (await grain.GetStatusAsync()).State != RefitState.Running);
        return await grain.GetStatusAsync();
    }
}
