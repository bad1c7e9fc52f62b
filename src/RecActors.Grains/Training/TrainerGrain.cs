using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Training;

/// <summary>
/// Starts refits, one at a time, and tells how they are getting on. The work is not done in this grain's turns. A refit whose silo
/// died is reported as failed by the next activation, and what it reserved is fenced by the next refit.
/// </summary>
[GrainType(TypeName)]
[KeepAlive]
internal sealed class TrainerGrain(
    [PersistentState(TrainerState.Name, GrainStorageNames.State)] IPersistentState<TrainerState> stored,
    IUserJournal journal,
    IServiceProvider services,
    IOptions<RefitOptions> options,
    TimeProvider time)
    : Grain, ITrainerGrain, ITrainerScheduleGrain
{
    /// <summary>The stored identity of the trainer: never change it.</summary>
    public const string TypeName = "trainer";

    private Refit? _running;
    private long? _previousHead;
    private long _runningCut;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.State.LastRefit is { State: RefitState.Running } interrupted)
        {
            await StoreAsync(interrupted with { State = RefitState.Failed, EndedMs = NowMs, Message = "Its silo went away." });
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_running is { } refit)
        {
            refit.Cancel();
            await refit.Ended;
            await StoreAsync(refit.Status);
        }
    }

    public async Task<RefitStatus> StartAsync(RefitRequest request, CancellationToken cancellationToken)
    {
        await NoticeEndAsync();
        if (_running is { } running)
        {
            return running.Status;
        }

        var status = new RefitStatus { RefitId = stored.State.LastRefit.RefitId + 1, State = RefitState.Running, StartedMs = NowMs };
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

        _runningCut = (await journal.GetHeadAsync(cancellationToken)).Value;
        await StoreAsync(status);
        _running = ActivatorUtilities.CreateInstance<Refit>(services, request, status);
        _running.Begin();
        return _running.Status;
    }

    public async Task<RefitStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        await NoticeEndAsync();
        return _running?.Status ?? stored.State.LastRefit;
    }

    public Task<RefitStatus> CancelAsync(CancellationToken cancellationToken)
    {
        _running?.Cancel();
        return GetStatusAsync(cancellationToken);
    }

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await NoticeEndAsync();
        if (_running is not null || services.GetService<IModelTrainer>() is null)
        {
            return;
        }

        var head = (await journal.GetHeadAsync(cancellationToken)).Value;
        var serving = await GrainFactory.GetGrain<IModelRegistryGrain>(0).GetServingAsync(cancellationToken);
        var reason = RefitSchedule.Reason(
            options.Value, stored.State.LastRefit, stored.State.LastCut, head, _previousHead, serving.Version > 0, NowMs);
        _previousHead = head;
        if (reason is not null)
        {
            await StartAsync(new RefitRequest(reason), cancellationToken);
        }
    }

    private async Task NoticeEndAsync()
    {
        if (_running is { } ended && ended.Status.State != RefitState.Running)
        {
            // Who has seen the end may start the next one at once.
            await ended.Ended;
            _running = null;
            ended.Dispose();

            // A refit that failed or was cancelled has judged nothing: the actions it read are due again.
            if (ended.Status.State is RefitState.Completed or RefitState.Refused)
            {
                stored.State.LastCut = _runningCut;
            }

            await StoreAsync(ended.Status);
        }
    }

    private Task StoreAsync(RefitStatus status)
    {
        stored.State.LastRefit = status;
        return stored.WriteStateAsync(CancellationToken.None);
    }
}
