using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Models;

namespace RecActors.Training;

public sealed class RefitRehearsalTests
{
    [Fact]
    public async Task RunAsync_Wanted_TrainsOnceForNobody()
    {
        var trainer = new NotingTrainer();

        await Rehearsal(trainer).RunAsync(TestContext.Current.CancellationToken);

        Assert.True(Assert.Single(trainer.Plans) is { IsRehearsal: true, Serving: null });
    }

    [Fact]
    public async Task RunAsync_NotWantedOrNoTrainer_DoesNothing()
    {
        var trainer = new NotingTrainer();

        await Rehearsal(trainer, isWanted: false).RunAsync(TestContext.Current.CancellationToken);
        await Rehearsal(trainer: null).RunAsync(TestContext.Current.CancellationToken);

        Assert.Empty(trainer.Plans);
    }

    [Fact]
    public async Task RunAsync_TrainerFails_LeavesTheSiloAlone()
    {
        var trainer = new NotingTrainer { Failure = new DllNotFoundException("no libtorch") };

        await Rehearsal(trainer).RunAsync(TestContext.Current.CancellationToken);

        Assert.Single(trainer.Plans);
    }

    [Fact]
    public async Task RunAsync_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        var trainer = new NotingTrainer { Failure = new OperationCanceledException(cancellation.Token) };
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rehearsal(trainer).RunAsync(cancellation.Token));
    }

    [Fact]
    public async Task Start_OfATrainingSilo_RehearsesOnceStartedAndLeavesNothing()
    {
        var (log, trainer) = (new LastLine(), new NotingTrainer());
        await using var cluster = await StartAsync(log, trainer, SiloRoles.All);

        await Eventually.HoldsAsync(() => Task.FromResult(log.Text is not null));

        Assert.StartsWith("A refit was rehearsed", log.Text, StringComparison.Ordinal);
        Assert.Equal([true], trainer.WasStarted);
        Assert.Equal(0, (await cluster.Grains.GetGrain<IModelRegistryGrain>(0).GetServingAsync(TestContext.Current.CancellationToken)).Version);
        Assert.Empty(await cluster.Storage.Bundles.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, (await cluster.Grains.GetGrain<ITrainerGrain>(0).GetStatusAsync(TestContext.Current.CancellationToken)).RefitId);
        Assert.Equal(0, await cluster.StoredJournal.CountEntriesAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>It starts nothing that serves, and is started all the same.</summary>
    [Fact]
    public async Task Start_OfASiloThatDoesNotServe_RehearsesOnceStarted()
    {
        var (log, trainer) = (new LastLine(), new NotingTrainer());
        await using var cluster = await StartAsync(log, trainer, SiloRoles.Train);

        await Eventually.HoldsAsync(() => Task.FromResult(log.Text is not null));

        Assert.StartsWith("A refit was rehearsed", log.Text, StringComparison.Ordinal);
        Assert.Equal([true], trainer.WasStarted);
    }

    private static Task<RecActorsCluster> StartAsync(LastLine log, NotingTrainer trainer, SiloRoles roles) => RecActorsCluster.StartAsync(
        configure: silo =>
        {
            silo.Services.AddSingleton<ILogger<RefitRehearsal>>(log);
            silo.Services.AddSingleton<IModelTrainer>(services =>
            {
                trainer.Readiness = services.GetRequiredService<SiloReadiness>();
                return trainer;
            });
            silo.Configure<RefitOptions>(options => options.Rehearse = true);
        },
        roles: _ => roles);

    private static RefitRehearsal Rehearsal(IModelTrainer? trainer, bool isWanted = true)
    {
        var services = new ServiceCollection().AddOptions();
        if (trainer is not null)
        {
            services.AddSingleton(trainer);
        }

        var provider = services.BuildServiceProvider();
        return new(
            provider,
            new TrainingDefaults(provider.GetRequiredService<IOptionsFactory<TrainingOptions>>()),
            Options.Create(new RefitOptions { Rehearse = isWanted }),
            TimeProvider.System,
            NullLogger<RefitRehearsal>.Instance);
    }

    /// <summary>Gives small bundles of what it is given, and notes the plans.</summary>
    private sealed class NotingTrainer : IModelTrainer
    {
        public ConcurrentQueue<TrainingPlan> Plans { get; } = new();

        /// <summary>Whether the silo was started, for each plan.</summary>
        public ConcurrentQueue<bool> WasStarted { get; } = new();

        public SiloReadiness? Readiness { get; set; }

        public Exception? Failure { get; init; }

        public Task<TrainingOutcome> TrainAsync(TrainingSet set, TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
        {
            Plans.Enqueue(plan);
            WasStarted.Enqueue(Readiness?.Report().HasStarted ?? false);
            return Failure is null
                ? Task.FromResult(new TrainingOutcome(
                    TestBundles.Of(plan.Version, set.ItemIds), new GateReport(true, "better", "nothing", 1, new Dictionary<string, double>(), new Dictionary<string, double>())))
                : Task.FromException<TrainingOutcome>(Failure);
        }
    }

    /// <summary>What a rehearsal says when it is over.</summary>
    private sealed class LastLine : ILogger<RefitRehearsal>
    {
        private string? _text;

        public string? Text => Volatile.Read(ref _text);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Volatile.Write(ref _text, formatter(state, exception));
    }
}
