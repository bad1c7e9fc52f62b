using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Timers;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Training;

/// <summary>
/// Starts refits, one at a time, and tells how they are getting on. The work is not done in this grain's turns. A refit that was lost with its
/// silo is reported as failed by the next activation, wherever that is, and started again; what the first one reserved is fenced by the second,
/// so that the first one's late publishing is refused.
/// </summary>
[GrainType(TypeName)]
[KeepAlive]
internal sealed partial class TrainerGrain(
    [PersistentState(TrainerState.Name, GrainStorageNames.State)] IPersistentState<TrainerState> stored,
    IUserJournal journal,
    IServiceProvider services,
    IOptions<RefitOptions> options,
    TimeProvider time,
    ILogger<TrainerGrain> logger)
    : Grain, ITrainerGrain, ITrainerScheduleGrain, IRemindable
{
    /// <summary>The stored identity of the trainer: never change it.</summary>
    public const string TypeName = "trainer";

    private const string Schedule = "refit";

    /// <summary>Orleans' least.</summary>
    private static readonly TimeSpan MinimumReminderPeriod = TimeSpan.FromMinutes(1);

    private Refit? _running;
    private RefitRequest? _lost;
    private long? _previousEntries;
    private long _runningEntries;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.State.LastRefit is { State: RefitState.Running } interrupted)
        {
            stored.State.Interruptions++;
            var again = stored.State.Interruptions <= options.Value.MaxRestarts;
            _lost = again ? stored.State.Request ?? new RefitRequest() : null;
            LogLost(interrupted.RefitId, stored.State.Interruptions);
            await StoreAsync(interrupted with
            {
                State = RefitState.Failed,
                EndedMs = NowMs,
                Message = again ? "Its silo went away; it is started again." : "Its silo went away, as those before it did; it is not started again.",
            });
        }

        await RemindAsync();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_running is { } refit)
        {
            var wasCancelled = refit.IsCancelled;
            refit.Cancel();
            await refit.Ended;
            if (wasCancelled || refit.Status.State != RefitState.Cancelled)
            {
                await StoreAsync(refit.Status);
            }

            // Else what is stored says that it runs: the next activation starts it again.
        }
    }

    public async Task<RefitStatus> StartAsync(RefitRequest request, CancellationToken cancellationToken)
    {
        await NoticeEndAsync();
        if (_running is { } running)
        {
            return running.Status;
        }

        stored.State.Interruptions = 0;
        return await BeginAsync(request, message: null, cancellationToken);
    }

    public async Task<RefitStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        await NoticeEndAsync();
        return _running?.Status ?? stored.State.LastRefit;
    }

    public Task<RefitStatus> CancelAsync(CancellationToken cancellationToken)
    {
        _lost = null;
        _running?.Cancel();
        return GetStatusAsync(cancellationToken);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => CheckAsync(CancellationToken.None);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await NoticeEndAsync();
        if (_running is not null || services.GetService<IModelTrainer>() is null)
        {
            return;
        }

        if (_lost is { } request)
        {
            await BeginAsync(request, $"Started again: refit {stored.State.LastRefit.RefitId} was lost with its silo.", cancellationToken);
            return;
        }

        var entries = await journal.CountEntriesAsync(cancellationToken);
        var serving = await GrainFactory.GetGrain<IModelRegistryGrain>(0).GetServingAsync(cancellationToken);
        var reason = RefitSchedule.Reason(
            options.Value, stored.State.LastRefit, stored.State.LastCut, entries, _previousEntries, serving.Version > 0, NowMs);
        _previousEntries = entries;
        if (reason is not null)
        {
            await StartAsync(new RefitRequest(reason), cancellationToken);
        }
    }

    private async Task<RefitStatus> BeginAsync(RefitRequest request, string? message, CancellationToken cancellationToken)
    {
        var status = new RefitStatus
        {
            RefitId = stored.State.LastRefit.RefitId + 1,
            State = RefitState.Running,
            StartedMs = NowMs,
            Message = message,
        };
        if (services.GetService<IModelTrainer>() is null)
        {
            await StoreAsync(status with
            {
                State = RefitState.Failed,
                EndedMs = NowMs,
                Message = "This server was built without a trainer. Start one that has it with the role train.",
            });
            return stored.State.LastRefit;
        }

        _runningEntries = await journal.CountEntriesAsync(cancellationToken);
        stored.State.Request = request;
        await StoreAsync(status);
        _lost = null;
        _running = ActivatorUtilities.CreateInstance<Refit>(services, request, status);
        _running.Begin();
        return _running.Status;
    }

    /// <summary>Lets the cluster wake the trainer on another silo when this one dies, even if no silo with the role was there at the moment.</summary>
    private async Task RemindAsync()
    {
        if (services.GetService<IReminderRegistry>() is not { } reminders)
        {
            return;
        }

        try
        {
            var period = options.Value.CheckInterval > MinimumReminderPeriod ? options.Value.CheckInterval : MinimumReminderPeriod;
            await reminders.RegisterOrUpdateReminder(this.GetGrainId(), Schedule, period, period);
        }
        catch (Exception failure)
        {
            // Silos with the role wake the trainer as well.
            LogNoReminder(failure);
        }
    }

    private async Task NoticeEndAsync()
    {
        if (_running is { } ended && ended.Status.State != RefitState.Running)
        {
            // Who has seen the end may start the next one at once.
            await ended.Ended;

            // A refit that failed or was cancelled has judged nothing: the actions it read are due again.
            if (ended.Status.State is RefitState.Completed or RefitState.Refused)
            {
                stored.State.LastCut = _runningEntries;
            }

            stored.State.Interruptions = 0;

            // While the end is not stored, the next activation would take the refit for lost: until then each check stores it again.
            await StoreAsync(ended.Status);
            _running = null;
            ended.Dispose();
        }
    }

    private async Task StoreAsync(RefitStatus status)
    {
        var known = stored.State.LastRefit;
        stored.State.LastRefit = status;
        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            stored.State.LastRefit = known;
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Refit {Refit} was lost with its silo, in a row number {Interruptions}")]
    private partial void LogLost(long refit, int interruptions);

    [LoggerMessage(LogLevel.Warning, "The trainer's reminder could not be set")]
    private partial void LogNoReminder(Exception failure);
}
