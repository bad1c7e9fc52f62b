using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Models;
using RecActors.Retrieval;

namespace RecActors.Training;

/// <summary>
/// Runs a refit's code over made-up actions after the start of a silo that trains, and throws away what comes of it: the runtime compiles it and loads libtorch then,
/// instead of beside those who are served while the first refit runs, on threads that get the processor last. It knows neither stores nor grains, so that nothing of it can be left.
/// </summary>
internal sealed partial class RefitRehearsal(
    IServiceProvider services, TrainingDefaults defaults, IOptions<RefitOptions> options, TimeProvider time, ILogger<RefitRehearsal> logger)
{
    private static readonly IndexOptions FromTheFirstRow = new() { FromRows = 1 };

    /// <summary>Rehearses, where that is wanted. Fails only by cancellation: a refit can do without.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Rehearse || services.GetService<IModelTrainer>() is not { } trainer)
        {
            return;
        }

        var started = time.GetTimestamp();
        try
        {
            var outcome = await trainer.TrainAsync(RehearsalSet.Make(), RehearsalSet.PlanOf(defaults.With(seed: null)), progress: null, cancellationToken);
            _ = BundleCodec.Decode(BundleCodec.Encode(ModelIndexes.WithIndexes(outcome.Bundle, FromTheFirstRow, forShards: false, cancellationToken)));
            LogRehearsed(time.GetElapsedTime(started).TotalSeconds);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Information, "A refit was rehearsed in {Seconds:F1} s")]
    private partial void LogRehearsed(double seconds);

    [LoggerMessage(LogLevel.Warning, "A refit could not be rehearsed; the first one may hold up those who are served")]
    private partial void LogFailed(Exception failure);
}
