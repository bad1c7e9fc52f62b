using RecActors.CommandLine;
using RecActors.Models;
using RecActors.Training;
using Spectre.Console;

namespace RecActors.Hosting;

/// <summary>Runs a refit through the trainer grain and shows where it stands.</summary>
internal sealed class Refits(IGrainFactory grains, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The version that serves, 0 for none.</summary>
    public async Task<long> ServingVersionAsync(CancellationToken cancellationToken) =>
        (await grains.GetGrain<IModelRegistryGrain>(0).GetServingAsync(cancellationToken)).Version;

    /// <summary>Refits and promotes.</summary>
    /// <exception cref="StartupException">The refit failed or its gate refused the model.</exception>
    public async Task<RefitStatus> RunAsync(RefitRequest request, CancellationToken cancellationToken)
    {
        var trainer = grains.GetGrain<ITrainerGrain>(0);
        var status = await console.Bars().StartAsync(async context =>
        {
            var bar = context.AddTask("Training", maxValue: 1);
            var status = await trainer.StartAsync(request, cancellationToken);
            while (status.State == RefitState.Running)
            {
                bar.Value = status.Fraction;
                bar.Description = Markup.Escape(status.Stage.Length > 0 ? $"Training: {status.Stage}" : "Training");
                await Task.Delay(LookEvery, time, cancellationToken);
                status = await trainer.GetStatusAsync(cancellationToken);
            }

            bar.Value = 1;
            bar.Description = "Training";
            return status;
        });
        return status.State == RefitState.Completed
            ? status
            : throw new StartupException($"The refit ended as {status.State}: {status.Message}");
    }
}
