using RecActors.Api;
using RecActors.Compatibility;
using RecActors.Processes;
using RecActors.Redis;
using RecActors.Training;

namespace RecActors.Cluster;

/// <summary>A refit ends with one new model that serves, whatever becomes of the silo that began it.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class TrainerLossTests
{
    private const string Schedule = "RecActors:Refit:CheckInterval";
    private const string Rehearsal = "RecActors:Refit:Rehearse";
    private const int AnswerLength = 10;

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP", Explicit = true)]
    public async Task Refit_SiloLostInTheMiddle_IsMadeByAnotherAndTheLostOneChangesNothing(string signal)
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        using var subset = new SampleSubset();
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token), (Schedule, "00:00:01"), (Rehearsal, "true"));
        var (exitCode, output) = await ServerProcess.RunAsync(
            token, "import", "--redis", cluster.Redis.ConnectionString, "--movielens", subset.MovieLensFolder);
        Assert.True(exitCode == 0, output);

        var serving = cluster.Start("silo-1", "serve,gateway", "--cold-start");
        ClusterNode[] trainers = [.. Enumerable.Range(1, 2).Select(number => cluster.Start($"trainer-{number}", "train", "--config", subset.SettingsPath))];
        await cluster.WaitUntilReadyAsync(token);
        using var site = new ApiClient(serving.Address);
        Assert.Equal(0, (await site.RecommendAsync("1", AnswerLength, token)).ModelVersion);

        await site.PostAsync<RefitJson>("/api/refit", new { Promote = true, Force = true }, token);
        var begun = await WaitAsync(site, refit => refit.Fraction > 0 && trainers.Any(trainer => HasBegun(trainer, refit.RefitId)), token);
        Assert.Equal(nameof(RefitState.Running), begun.State);
        var lost = Assert.Single(trainers, trainer => HasBegun(trainer, begun.RefitId));
        await lost.Process.SignalAsync(signal);

        var ended = await WaitAsync(site, refit => refit.RefitId > begun.RefitId && refit.State != nameof(RefitState.Running), token);
        Assert.True(ended.State == nameof(RefitState.Completed), ended.Message);
        var left = Assert.Single(trainers, trainer => trainer != lost);
        Assert.True(HasBegun(left, ended.RefitId));
        await left.Process.WaitUntilItSaysAsync("A refit was rehearsed", token);

        // A silo that hung goes on with its refit until it learns that it is dead; what it still publishes must change nothing.
        if (!lost.Process.HasExited)
        {
            await lost.Process.SignalAsync("CONT");
        }

        await lost.Process.WaitForExitAsync(token);
        var models = await site.GetAsync<ModelsJson>("/api/models", token);
        Assert.Equal([ended.ModelVersion], models.Models.Select(model => (long?)model.Version));
        Assert.Equal(ended.ModelVersion, models.ServingVersion);
        Assert.Equal(ended.ModelVersion, (await site.RecommendAsync("1", AnswerLength, token)).ModelVersion);
    }

    private static bool HasBegun(ClusterNode trainer, long refit) =>
        trainer.Process.Output.Contains($"Refit {refit} begins here", StringComparison.Ordinal);

    private static async Task<RefitJson> WaitAsync(ApiClient site, Func<RefitJson, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Between the loss and its being noticed there is nobody to ask.
            try
            {
                if (await site.GetAsync<RefitJson>("/api/refit", cancellationToken) is var refit && condition(refit))
                {
                    return refit;
                }
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    private sealed record RefitJson(long RefitId, string State, double Fraction, long? ModelVersion, string? Message);

    private sealed record ModelsJson(long ServingVersion, ModelJson[] Models);

    private sealed record ModelJson(long Version);
}
