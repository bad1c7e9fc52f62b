using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Models;

namespace Orleans.Hosting;

/// <summary>Adds RecActors to a silo.</summary>
public static class RecActorsSiloBuilderExtensions
{
    /// <summary>
    /// Adds the grains of the silo's roles and the silo's replicas. The composition root registers the ports beside it:
    /// <see cref="RecActors.Journal.IUserJournal"/>, <see cref="ICatalogStore"/>, <see cref="IBundleStore"/>, grain storage
    /// named <see cref="GrainStorageNames.State"/>, and, where the silo trains, an IModelTrainer. Options are bound to
    /// the configuration's sections <c>RecActors:*</c> and validated at start.
    /// </summary>
    public static ISiloBuilder AddRecActors(this ISiloBuilder silo, Action<SiloRoleOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.AddOptions<SiloRoleOptions>(SiloRoleOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .Validate(options => (options.Roles & SiloRoles.All) != 0, "A silo needs a role: Serve, Train or both.");
        return silo
            .AddFeedbackPolicy();
    }

    private static ISiloBuilder AddFeedbackPolicy(this ISiloBuilder silo)
    {
        silo.AddOptions<FeedbackPolicyOptions>("RecActors:Feedback");
        silo.Services.AddSingleton<IValidateOptions<FeedbackPolicyOptions>, FeedbackPolicyOptionsValidator>();
        silo.Services.AddSingleton(services => new FeedbackPolicy(services.GetRequiredService<IOptions<FeedbackPolicyOptions>>().Value));
        return silo;
    }

    private static OptionsBuilder<TOptions> AddOptions<TOptions>(this ISiloBuilder silo, string section)
        where TOptions : class
    {
        var options = silo.Services.AddOptions<TOptions>().ValidateDataAnnotations().ValidateOnStart();
        return silo.Configuration is null ? options : options.Bind(silo.Configuration.GetSection(section));
    }
}
