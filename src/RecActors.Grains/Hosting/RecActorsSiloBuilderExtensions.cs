using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using RecActors.Anonymous;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Interest;
using RecActors.Items;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;
using RecActors.Sharding;
using RecActors.Snapshots;
using RecActors.Training;
using RecActors.Users;

namespace Orleans.Hosting;

/// <summary>Adds RecActors to a silo.</summary>
public static class RecActorsSiloBuilderExtensions
{
    /// <summary>
    /// Adds the grains of the silo's roles and the silo's replicas. The composition root registers the ports beside it:
    /// <see cref="RecActors.Journal.IUserJournal"/>, <see cref="ICatalogStore"/>, <see cref="IBundleStore"/>, grain storage
    /// named <see cref="GrainStorageNames.State"/>, and, where the silo trains, an <see cref="IModelTrainer"/>. Options are
    /// bound to the configuration's sections <c>RecActors:*</c> and validated at start.
    /// </summary>
    public static ISiloBuilder AddRecActors(this ISiloBuilder silo, Action<SiloRoleOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton(TimeProvider.System);
        return silo
            .AddRoles(configure)
            .AddCalls()
            .AddMemoryLimits()
            .AddFeedbackPolicy()
            .AddUsers()
            .AddCatalog()
            .AddItemStatistics()
            .AddRanking()
            .AddModelReplication()
            .AddSharding()
            .AddTraining()
            .AddStartup();
    }

    private static ISiloBuilder AddRoles(this ISiloBuilder silo, Action<SiloRoleOptions>? configure)
    {
        silo.AddOptions<SiloRoleOptions>(SiloRoleOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .Validate(options => (options.Roles & (SiloRoles.Serve | SiloRoles.Train)) != 0, "A silo needs a role: Serve, Train or both.");
        silo.Services.AddSingleton<IPostConfigureOptions<GrainTypeOptions>, RoleGrainTypes>();
        silo.Services.AddSingleton<ServingSilos>();
        silo.Services.AddSingleton<StorageLoss>();
        silo.AddOptions<MembershipLeaseOptions>(MembershipLeaseOptions.Section);
        silo.Services.AddSingleton<MembershipLease>();
        silo.Services.AddTransient<BackgroundLoops>();
        return silo;
    }

    /// <summary>Limits on calls. What a host configures afterwards wins.</summary>
    private static ISiloBuilder AddCalls(this ISiloBuilder silo) => silo
        .Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = GrainCallLimits.ResponseTimeout;
            options.MaxEnqueuedRequestsHardLimit = GrainCallLimits.MaxEnqueuedRequests;
        })
        // The cause of a failure may be of any library; one that cannot be told would hide the failure itself from the caller.
        .Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = static _ => true);

    private static ISiloBuilder AddMemoryLimits(this ISiloBuilder silo)
    {
        silo.AddOptions<MemoryOptions>(MemoryOptions.Section);
        silo.Services.AddSingleton<IValidateOptions<MemoryOptions>>(services => new MemoryOptionsValidator(
            services.GetRequiredService<IOptions<UserOptions>>(), services.GetRequiredService<IOptions<ItemStatisticsOptions>>(), silo.Services.KeepsSnapshots()));
        silo.Services.AddSingleton<IConfigureOptions<GrainCollectionOptions>, ActivationLimits>();
        return silo;
    }

    private static ISiloBuilder AddFeedbackPolicy(this ISiloBuilder silo)
    {
        silo.AddOptions<FeedbackPolicyOptions>("RecActors:Feedback");
        silo.Services.AddSingleton<IValidateOptions<FeedbackPolicyOptions>, FeedbackPolicyOptionsValidator>();
        silo.Services.AddSingleton(services => new FeedbackPolicy(services.GetRequiredService<IOptions<FeedbackPolicyOptions>>().Value));
        return silo;
    }

    private static ISiloBuilder AddUsers(this ISiloBuilder silo)
    {
        silo.AddOptions<UserOptions>(UserOptions.Section);
        silo.Services.AddSingleton(services => new FoldInPool(services.GetRequiredService<IOptions<UserOptions>>().Value.PooledFoldIns));
        silo.Services.AddSingleton<UnknownItems>();
        silo.Services.AddSingleton<SimilarUsers>();
        silo.Services.AddSingleton<UserProfiles>();
        silo.Services.AddSingleton<JournalAvailability>();
        silo.Services.AddSingleton<KeptAnswers>();
        silo.Services.AddSingleton<IKeptAnswers>(services => services.GetRequiredService<KeptAnswers>());
        silo.Services.AddSingleton<LastActions>();
        silo.Services.AddSingleton<LocalUsers>();
        silo.Services.AddSingleton<IUserIntake>(services => services.GetRequiredService<LocalUsers>());
        silo.Services.AddSingleton<AppendWatch>();
        silo.Services.AddSingleton<UserServices>();
        silo.AddOptions<AnonymousOptions>(AnonymousOptions.Section);
        silo.Services.AddSingleton<AnonymousWakeUp>();
        return silo;
    }

    private static ISiloBuilder AddCatalog(this ISiloBuilder silo)
    {
        silo.AddOptions<CatalogOptions>(CatalogOptions.Section);
        silo.Services.AddSingleton(services => new CatalogReplica(
            keepLabels: services.GetRequiredService<IOptions<ShardingOptions>>().Value.Mode != CatalogMode.Sharded));
        silo.Services.TryAddSingleton<IStartSnapshots, NoStartSnapshots>();
        silo.Services.AddSingleton<CatalogSnapshots>();
        silo.Services.AddSingleton<CatalogFeed>();
        silo.Services.AddSingleton<CatalogShards>();
        silo.AddOptions<IndexOptions>("RecActors:Retrieval");
        silo.Services.AddSingleton<RetrievalIndexes>();
        silo.Services.AddSingleton<SimilarItems>();
        silo.Services.AddSingleton<PopularItems>();
        silo.Services.AddSingleton<TitleSearch>();
        return silo;
    }

    /// <summary>By what is registered: the snapshots themselves are there once the storage is open, which is after options are validated.</summary>
    private static bool KeepsSnapshots(this IServiceCollection services) =>
        services.Last(service => service.ServiceType == typeof(IStartSnapshots)).ImplementationType != typeof(NoStartSnapshots);

    private static ISiloBuilder AddItemStatistics(this ISiloBuilder silo)
    {
        silo.AddOptions<ItemStatsOptions>(ItemStatsOptions.Section);
        silo.AddOptions<ItemStatisticsOptions>("RecActors:ItemToItem");
        silo.Services.AddSingleton(services => new ItemStatistics(
            services.GetRequiredService<IOptions<ItemStatisticsOptions>>().Value, services.GetRequiredService<CatalogReplica>().RowsById));
        silo.Services.AddSingleton<StatisticsOutbox>();
        silo.Services.AddSingleton<CountingRules>();
        silo.Services.AddSingleton<ReducedLog>();
        silo.Services.AddSingleton<LiveItemStatistics>();
        silo.Services.AddSingleton<StatisticsReplay>();
        silo.Services.AddSingleton<PromotedStatistics>();
        silo.Services.AddSingleton<StatisticsSnapshots>();
        silo.Services.AddSingleton<StatisticsExchange>();
        silo.Services.AddSingleton<ItemStatsServices>();
        silo.Services.AddSingleton<StatisticsStart>();
        return silo.AddGrainService<ItemStatsService>();
    }

    private static ISiloBuilder AddRanking(this ISiloBuilder silo)
    {
        silo.AddOptions<RankingOptions>("RecActors:Ranking");
        silo.AddOptions<RankingBudgetOptions>(RankingBudgetOptions.Section);
        silo.Services.AddSingleton<RankingBudget>();
        silo.Services.AddSingleton<RankedAnswers>();
        silo.Services.AddSingleton<LocalRanking>();
        silo.Services.AddSingleton(services => new RecommendationEngine(
            services.GetRequiredService<CatalogReplica>(),
            services.GetRequiredService<ItemStatistics>(),
            services.GetRequiredService<IOptions<RankingOptions>>().Value));
        return silo;
    }

    private static ISiloBuilder AddModelReplication(this ISiloBuilder silo)
    {
        silo.AddOptions<ModelReplicaOptions>(ModelReplicaOptions.Section);
        silo.Services.AddSingleton<ModelHolder>();
        silo.Services.AddSingleton<ModelLoader>();
        silo.Services.AddSingleton<ModelReplica>();
        silo.Services.AddSingleton<ModelReplicas>();
        silo.Services.AddSingleton<ServingVersionPoll>();
        return silo.AddGrainService<ModelReplicaService>();
    }

    private static ISiloBuilder AddSharding(this ISiloBuilder silo)
    {
        silo.AddOptions<ShardingOptions>(ShardingOptions.Section);
        silo.Services.AddSingleton(services => new ShardedItems(
            services.GetRequiredService<CatalogReplica>(), services.GetRequiredService<IOptions<ShardingOptions>>().Value.Shards));
        silo.Services.AddSingleton<ShardedEngine>();
        silo.Services.AddSingleton<VectorShards>();
        silo.Services.AddSingleton<ShardCalls>();
        silo.Services.AddSingleton<ShardedRanking>();
        silo.Services.AddSingleton<ShardWatch>();
        silo.Services.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
        return silo;
    }

    private static ISiloBuilder AddTraining(this ISiloBuilder silo)
    {
        silo.AddOptions<RefitOptions>(RefitOptions.Section);
        silo.AddOptions<TrainingOptions>(TrainingDefaults.Section);
        silo.Services.AddSingleton<TrainingDefaults>();
        silo.Services.AddSingleton<TrainingInput>();
        silo.Services.AddSingleton<TrainerWakeUp>();
        silo.Services.AddSingleton<RefitRehearsal>();
        return silo;
    }

    private static ISiloBuilder AddStartup(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<StartTimes>();
        silo.Services.AddSingleton<SiloReadiness>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, MembershipTelemetry>();
        silo.Services.AddSingleton<ISiloReadiness>(services => services.GetRequiredService<SiloReadiness>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services =>
            Startup<ServingStartup>(services, SiloRoles.Serve));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services =>
            Startup<TrainingStartup>(services, SiloRoles.Train));
        return silo;
    }

    private static ILifecycleParticipant<ISiloLifecycle> Startup<T>(IServiceProvider services, SiloRoles role)
        where T : ILifecycleParticipant<ISiloLifecycle> =>
        services.GetRequiredService<IOptions<SiloRoleOptions>>().Value.Roles.HasFlag(role)
            ? ActivatorUtilities.CreateInstance<T>(services)
            : new NoStartup();

    private static OptionsBuilder<TOptions> AddOptions<TOptions>(this ISiloBuilder silo, string section)
        where TOptions : class
    {
        var options = silo.Services.AddOptions<TOptions>().ValidateDataAnnotations().ValidateOnStart();
        return silo.Configuration is null ? options : options.BindConfiguration(section);
    }

    private sealed class NoStartup : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
        }
    }
}
