using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace RecActors.Hosting;

/// <summary>
/// Knows when this silo has last seen itself as a member of the cluster. A process that hung, or that the others do not reach, may
/// have been replaced without knowing: then its users live elsewhere, and what it holds in memory may be behind what their new
/// owners have acknowledged. Measured in monotonic time, from before the table was asked. Thread-safe.
/// </summary>
internal sealed partial class MembershipLease(
    IMembershipTable table,
    ILocalSiloDetails self,
    IOptions<MembershipLeaseOptions> options,
    IOptions<ClusterMembershipOptions> membership,
    TimeProvider time,
    ILogger<MembershipLease> logger)
{
    private readonly MembershipLeaseOptions _options = options.Value;

    // Orleans' own table is the one of development clustering, in the memory of a silo: an embedded silo has nobody to fear and pays nothing.
    private readonly bool _isAlone = options.Value.Duration == TimeSpan.Zero || table.GetType().Assembly == typeof(Silo).Assembly;

    private long _confirmedAt;
    private long _trustedFrom;

    /// <summary>True while there is no reason to think that this silo may have been replaced.</summary>
    public bool IsConfirmed
    {
        get
        {
            if (_isAlone)
            {
                return true;
            }

            var (confirmedAt, now) = (Volatile.Read(ref _confirmedAt), time.GetTimestamp());
            return confirmedAt != 0 && now >= Volatile.Read(ref _trustedFrom) && time.GetElapsedTime(confirmedAt, now) < _options.Duration;
        }
    }

    /// <summary>Looks into the table until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_isAlone)
        {
            return;
        }

        using var timer = new PeriodicTimer(_options.CheckInterval, time);
        do
        {
            await ConfirmAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>One look. A table that does not answer, or that does not have this silo as active and unsuspected, confirms nothing.</summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var row = await table.ReadRowAsync(self.SiloAddress, cancellationToken).WaitAsync(_options.Duration, time, cancellationToken);
            if (row.TryGet(self.SiloAddress)?.Item1 is { Status: SiloStatus.Active } entry && !IsSuspected(entry))
            {
                Confirm(started);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUnconfirmed(failure);
        }
    }

    private void Confirm(long started)
    {
        var last = Volatile.Read(ref _confirmedAt);
        if (last != 0 && time.GetElapsedTime(last, started) >= _options.Duration)
        {
            Volatile.Write(ref _trustedFrom, started + (long)(_options.Probation.TotalSeconds * time.TimestampFrequency));
            LogGap(time.GetElapsedTime(last, started).TotalSeconds);
        }

        Volatile.Write(ref _confirmedAt, started);
    }

    private bool IsSuspected(MembershipEntry entry)
    {
        var expired = time.GetUtcNow().UtcDateTime - membership.Value.DeathVoteExpirationTimeout;
        return entry.SuspectTimes is { } votes && votes.Exists(vote => vote.Item2 > expired);
    }

    [LoggerMessage(LogLevel.Debug, "The membership table does not answer; users' answers are checked against the journal")]
    private partial void LogUnconfirmed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "This silo has not seen itself in the membership table for {Seconds:F1} s: for a while users' answers are checked against the journal")]
    private partial void LogGap(double seconds);
}
