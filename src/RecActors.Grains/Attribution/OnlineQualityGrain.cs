using Microsoft.Extensions.Logging;
using RecActors.Hosting;

namespace RecActors.Attribution;

/// <summary>Counts in memory, and stores what it has every few seconds: a crash may lose the last of them, as with any metric.</summary>
[GrainType(TypeName)]
[KeepAlive]
internal sealed partial class OnlineQualityGrain(
    [PersistentState(OnlineQualityState.Name, GrainStorageNames.State)] IPersistentState<OnlineQualityState> stored,
    TimeProvider time,
    ILogger<OnlineQualityGrain> logger) : Grain, IOnlineQualityGrain
{
    /// <summary>The stored identity: never change it.</summary>
    public const string TypeName = "online-quality";

    private const int RememberedAnswers = 100_000;
    private const int RememberedGateways = 1_000;
    private static readonly TimeSpan StoreEvery = TimeSpan.FromSeconds(10);

    private readonly OnlineTally _tally = new(RememberedAnswers);
    private readonly Dictionary<Guid, long> _reports = [];
    private bool _isChanged;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tally.Load(stored.State.Hours);
        this.RegisterGrainTimer(StoreAsync, new GrainTimerCreationOptions(StoreEvery, StoreEvery));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => StoreAsync(cancellationToken);

    public Task ReportAsync(OnlineReport report, CancellationToken cancellationToken)
    {
        if (_reports.GetValueOrDefault(report.Gateway) >= report.Number)
        {
            return Task.CompletedTask;
        }

        if (_reports.Count >= RememberedGateways)
        {
            _reports.Clear();
        }

        _reports[report.Gateway] = report.Number;
        foreach (var shown in report.Shown)
        {
            _tally.Count(shown);
        }

        foreach (var action in report.Acted)
        {
            _tally.Count(action);
        }

        _isChanged = true;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<OnlineHour>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_tally.Hours);

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (!_isChanged)
        {
            return;
        }

        _isChanged = false;
        _tally.Trim(time.GetUtcNow().ToUnixTimeMilliseconds());
        stored.State.Hours = [.. _tally.Hours];
        try
        {
            await stored.WriteStateAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The next one has it, too; and a write that came from elsewhere means that another activation counts now.
            _isChanged = true;
            LogNotStored(failure.Message);
            DeactivateOnIdleIfReplaced(failure);
        }
    }

    private void DeactivateOnIdleIfReplaced(Exception failure)
    {
        if (failure is Orleans.Storage.InconsistentStateException)
        {
            _isChanged = false;
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(LogLevel.Warning, "What came of the recommendations could not be stored: {Reason}")]
    private partial void LogNotStored(string reason);
}
