using Microsoft.Extensions.Options;

namespace RecActors.Training;

/// <summary>The configured way to train, fresh for each refit: a refit's seed is its own.</summary>
internal sealed class TrainingDefaults(IOptionsFactory<TrainingOptions> options)
{
    /// <summary>Where the configuration has the options.</summary>
    public const string Section = "RecActors:Training";

    public TrainingOptions With(int? seed)
    {
        var fresh = options.Create(Options.DefaultName);
        fresh.Seed = seed ?? fresh.Seed;
        return fresh;
    }
}
