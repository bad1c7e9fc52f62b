using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sharding;
using RecActors.Threads;

namespace RecActors.Training;

/// <summary>
/// One refit from the journals to the promotion, on a thread of its own choosing: no grain waits for it. Thread-safe.
/// </summary>
internal sealed partial class Refit : IProgress<TrainingProgress>, IDisposable
{
    /// <summary>Share of the progress that reading the journals takes; the trainer's own stages make up the rest.</summary>
    private const double ReadingShare = 0.1;

    private readonly RefitRequest _request;
    private readonly TrainingInput _input;
    private readonly IModelTrainer _trainer;
    private readonly IBundleStore _bundles;
    private readonly IGrainFactory _grains;
    private readonly TrainingDefaults _defaults;
    private readonly RefitOptions _options;
    private readonly IndexOptions _indexes;
    private readonly bool _isSharded;
    private readonly TimeProvider _time;
    private readonly ILogger<Refit> _logger;
    private readonly CancellationTokenSource _cancellation = new();
    private RefitStatus _status;

    public Refit(
        RefitRequest request,
        RefitStatus status,
        TrainingInput input,
        IModelTrainer trainer,
        IBundleStore bundles,
        IGrainFactory grains,
        TrainingDefaults defaults,
        IOptions<RefitOptions> options,
        IOptions<IndexOptions> indexes,
        IOptions<ShardingOptions> sharding,
        TimeProvider time,
        ILogger<Refit> logger)
    {
        (_request, _status, _input, _trainer, _bundles) = (request, status, input, trainer, bundles);
        (_grains, _defaults, _options, _time, _logger) = (grains, defaults, options.Value, time, logger);
        (_indexes, _isSharded) = (indexes.Value, sharding.Value.Mode == CatalogMode.Sharded);
    }

    /// <summary>Where the refit stands.</summary>
    public RefitStatus Status => Volatile.Read(ref _status);

    /// <summary>Completes when the refit has ended, however it did; it never fails.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the work.</summary>
    public void Begin() => Ended = Task.Run(RunAsync);

    /// <summary>Asks the work to stop.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>True when the work was asked to stop.</summary>
    public bool IsCancelled => _cancellation.IsCancellationRequested;

    public void Dispose() => _cancellation.Dispose();

    public void Report(TrainingProgress value)
    {
        var stage = value.Detail.Length > 0 ? $"{value.Stage}: {value.Detail}" : value.Stage.ToString();
        Update(status => status with { Stage = stage, Fraction = ReadingShare + ((1 - ReadingShare) * value.Fraction) });
    }

    private async Task RunAsync()
    {
        using var activity = GrainTelemetry.Activities.StartActivity("refit");
        var started = _time.GetTimestamp();
        LogBegan(Status.RefitId);
        try
        {
            await TrainAndPublishAsync(_cancellation.Token);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            End(RefitState.Cancelled, "Cancelled.");
        }
        catch (Exception failure)
        {
            LogFailed(failure, Status.RefitId);
            End(RefitState.Failed, failure.Message);
        }
        finally
        {
            TrainingTelemetry.Refitted(Status.State, _time.GetElapsedTime(started));
            LogEnded(Status.RefitId, Status.State, Status.ModelVersion);
        }
    }

    private async Task TrainAndPublishAsync(CancellationToken cancellationToken)
    {
        var registry = _grains.GetGrain<IModelRegistryGrain>(0);
        var (ticket, outcome, files) = await TrainAsync(registry, cancellationToken);
        Update(status => status with { Metrics = outcome.Gate.Candidate });
        if (files is null)
        {
            End(RefitState.Refused, outcome.Gate.Reason);
            return;
        }

        Update(status => status with { Stage = "Publishing" });
        await _bundles.SaveAsync(files, cancellationToken);

        // No cancellation between the two: a bundle that is saved and not published would stay on disk, known to nobody.
        if (!await registry.PublishAsync(ticket, DescriptionOf(outcome.Bundle.Manifest), CancellationToken.None))
        {
            await _bundles.DeleteAsync(ticket.Version, CancellationToken.None);
            End(RefitState.Refused, "A later refit has taken over.");
            return;
        }

        Update(status => status with { ModelVersion = ticket.Version });
        var promotion = _request.Promote ? await registry.PromoteAsync(ticket.Version, CancellationToken.None) : null;
        End(RefitState.Completed, promotion is { Promoted: false } ? promotion.Message : outcome.Gate.Reason);
    }

    /// <summary>
    /// The bundle's files. Indexes are made once here, instead of on every silo and at every start, which would scan all vectors for each question until they are there.
    /// </summary>
    private async Task<BundleFiles> EncodeAsync(ModelBundle bundle, CancellationToken cancellationToken)
    {
        Update(status => status with { Stage = "Indexing" });
        var indexed = await BackgroundThread.RunAsync(
            "RecActors index", () => ModelIndexes.WithIndexes(bundle, _indexes, _isSharded, cancellationToken), cancellationToken, onlyIdleTime: true);
        return await BackgroundThread.RunAsync("RecActors bundle", () => BundleCodec.Encode(indexed), cancellationToken, onlyIdleTime: true);
    }

    /// <summary>
    /// Trains on the users who are there at the end: where one has gone meanwhile, without that one once more. There are no files of a model that is refused.
    /// </summary>
    private async Task<(PublishTicket Ticket, TrainingOutcome Outcome, BundleFiles? Files)> TrainAsync(
        IModelRegistryGrain registry, CancellationToken cancellationToken)
    {
        PublishTicket? reserved = null;
        for (var round = 0; ; round++)
        {
            var (ticket, outcome, users) = await TrainOnceAsync(registry, reserved, cancellationToken);
            reserved = ticket;

            // Before it is looked who has gone: to index and encode millions of items takes minutes of idle time, in which users are erased, too.
            var files = outcome.Gate.Passed || _request.Force ? await EncodeAsync(outcome.Bundle, cancellationToken) : null;
            var gone = await _input.CountGoneAsync(users, cancellationToken);
            if (gone == 0 || round == _options.MaxErasureRounds)
            {
                return (ticket, outcome, files);
            }

            LogErased(Status.RefitId, gone);
        }
    }

    /// <summary>One round, and the users that it learned from. What it read of them is let go with it: an index needs memory, too.</summary>
    private async Task<(PublishTicket Ticket, TrainingOutcome Outcome, IReadOnlyList<string> Users)> TrainOnceAsync(
        IModelRegistryGrain registry, PublishTicket? reserved, CancellationToken cancellationToken)
    {
        Update(status => status with { Stage = "Reading the journals" });
        var set = await _input.ReadAsync(cancellationToken);
        var ticket = reserved ?? await registry.ReserveAsync(cancellationToken);
        var plan = new TrainingPlan
        {
            Version = ticket.Version,
            Reason = _request.Reason,
            Serving = await ServingBundleAsync(await registry.GetServingAsync(cancellationToken), cancellationToken),
            Options = _defaults.With(_request.Seed),
            GivesWay = _options.GiveWay,
        };
        return (ticket, await _trainer.TrainAsync(set, plan, this, cancellationToken), set.UserIds);
    }

    /// <summary>What to judge the new model against; null when none serves, or when it cannot be read any more.</summary>
    private async Task<ModelBundle?> ServingBundleAsync(ServingVersion serving, CancellationToken cancellationToken)
    {
        if (serving.Version == 0)
        {
            return null;
        }

        try
        {
            // Not its statistics, which are most of it: the replay counts those of the moment.
            return await StoredBundle.ReadServingBesideAsync(_bundles, serving.Version, cancellationToken);
        }
        catch (InvalidDataException failure)
        {
            LogNoBaseline(failure, serving.Version);
            return null;
        }
    }

    private static ModelDescription DescriptionOf(BundleManifest manifest) => new()
    {
        Version = manifest.Version,
        CreatedMs = manifest.CreatedMs,
        Reason = manifest.Reason,
        JournalCut = manifest.JournalCut,
        Items = manifest.Items,
        Users = manifest.Users,
        Events = manifest.Events,
        TrainingSeconds = manifest.TrainingSeconds,
        Metrics = manifest.Metrics,
    };

    private void End(RefitState state, string? message) => Update(status => status with
    {
        State = state,
        Stage = state.ToString(),
        Fraction = state == RefitState.Completed ? 1 : status.Fraction,
        EndedMs = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        Message = message,
    });

    private void Update(Func<RefitStatus, RefitStatus> change)
    {
        RefitStatus known;
        do
        {
            known = Volatile.Read(ref _status);
        }
        while (Interlocked.CompareExchange(ref _status, change(known), known) != known);
    }

    [LoggerMessage(LogLevel.Information, "Refit {Refit} begins here")]
    private partial void LogBegan(long refit);

    [LoggerMessage(LogLevel.Information, "Refit {Refit} begins again: {Users} of its users are gone since it read them")]
    private partial void LogErased(long refit, int users);

    [LoggerMessage(LogLevel.Error, "Refit {Refit} failed")]
    private partial void LogFailed(Exception failure, long refit);

    [LoggerMessage(LogLevel.Information, "Refit {Refit} ended: {State}, model {Version}")]
    private partial void LogEnded(long refit, RefitState state, long? version);

    [LoggerMessage(LogLevel.Warning, "The serving model {Version} cannot be read; the new one is judged without it")]
    private partial void LogNoBaseline(Exception failure, long version);
}
