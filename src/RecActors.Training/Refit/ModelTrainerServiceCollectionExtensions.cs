using Microsoft.Extensions.DependencyInjection.Extensions;
using RecActors.Refit;
using RecActors.Training;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the trainer.</summary>
public static class ModelTrainerServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="IModelTrainer"/> of silos with the role <c>train</c>. Ranking and statistics options are those of serving; logging is the host's.</summary>
    public static IServiceCollection AddRecActorsTrainer(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IModelTrainer, ModelTrainer>();
        return services;
    }
}
