using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RecActors.Failures;

namespace RecActors.Hosting;

/// <summary>
/// Knows when this silo has last seen itself as a member of the cluster. A process that hung, or that the others do not reach, may
/// have been replaced without knowing: then its users live elsewhere, and it must take none of them over from there. Measured in
/// monotonic time, from before the table was asked. Thread-safe.
/// </summary>
internal sealed partial class MembershipLease(
    IMembershipTable table,
    ILocalSiloDetails self,
    IOptions<MembershipLeaseOptions> options,
    IOptions<ClusterMembershipOptions> membership,
    TimeProvider time,
    ILogger<MembershipLease> logger)
{
    /// <summary>From when on looks count after one that has not found this silo active and unsuspected: only the next good one says.</summary>
    private const long Revoked = long.MaxValue;

    private readonly MembershipLeaseOptions _options = options.Value;

    private long _confirmedAt;
    private long _trustedFrom;

    /// <summary>
    /// True for an embedded silo, which has nobody to fear and pays nothing. Orleans' own table is the one of development clustering, in the
    /// memory of a silo.
    /// </summary>
    public bool IsAlone { get; } = table.GetType().Assembly == typeof(Silo).Assembly;

    /// <summary>True while there is no reason to think that this silo may have been replaced.</summary>
    public bool IsConfirmed
    {
        get
        {
            if (IsAlone)
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
        if (IsAlone)
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

    /// <summary>
    /// One look. A table that does not answer confirms nothing; one that does not have this silo as active and unsuspected ends the lease.
    /// </summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            if (await ReadAsync(_options.Duration, cancellationToken) is { Status: SiloStatus.Active } entry && !IsSuspected(entry))
            {
                Confirm(started);
            }
            else
            {
                Revoke();
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnconfirmed(failure);
        }
    }

    /// <summary>
    /// Whether the table has this silo as active at a moment after the call. What others suspect does not matter here: whoever
    /// replaces this silo does so after that moment.
    /// </summary>
    /// <exception cref="TimeoutException">The table does not answer in time; it may fail in other ways as well.</exception>
    public async Task<bool> IsActiveAsync(TimeSpan timeout) =>
        IsAlone || await ReadAsync(timeout, CancellationToken.None) is { Status: SiloStatus.Active };

    /// <summary>A silo that has been replaced does not know yet that a user lives elsewhere, and must not take the user over from there.</summary>
    /// <exception cref="UnavailableException">This silo is no member any more, or nobody can tell.</exception>
    public async Task RequireActiveAsync(TimeSpan timeout)
    {
        if (IsConfirmed)
        {
            return;
        }

        bool isActive;
        try
        {
            isActive = await IsActiveAsync(timeout);
        }
        catch (Exception failure)
        {
            throw new UnavailableException("Whether this silo is still a member of its cluster is unknown.", failure);
        }

        if (!isActive)
        {
            throw new UnavailableException("This silo is no member of its cluster any more.");
        }
    }

    private async Task<MembershipEntry?> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        (await table.ReadRowAsync(self.SiloAddress, cancellationToken).WaitAsync(timeout, time, cancellationToken)).TryGet(self.SiloAddress)?.Item1;

    private void Confirm(long started)
    {
        var last = Volatile.Read(ref _confirmedAt);
        if (Volatile.Read(ref _trustedFrom) == Revoked || (last != 0 && time.GetElapsedTime(last, started) >= _options.Duration))
        {
            Volatile.Write(ref _trustedFrom, started + (long)(_options.Probation.TotalSeconds * time.TimestampFrequency));
            LogGap(last == 0 ? 0 : time.GetElapsedTime(last, started).TotalSeconds);
        }

        Volatile.Write(ref _confirmedAt, started);
    }

    private void Revoke()
    {
        if (Interlocked.Exchange(ref _trustedFrom, Revoked) != Revoked)
        {
            LogRevoked();
        }
    }

    private bool IsSuspected(MembershipEntry entry)
    {
        var expired = time.GetUtcNow().UtcDateTime - membership.Value.DeathVoteExpirationTimeout;
        return entry.SuspectTimes is { } votes && votes.Exists(vote => vote.Item2 > expired);
    }

    [LoggerMessage(LogLevel.Debug, "The membership table does not answer; it is read again before a user is taken over")]
    private partial void LogUnconfirmed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The membership table does not have this silo as active and unsuspected: it is read again before a user is taken over")]
    private partial void LogRevoked();

    [LoggerMessage(LogLevel.Warning, "This silo has not seen itself in the membership table for {Seconds:F1} s: for a while the table is read again before a user is taken over")]
    private partial void LogGap(double seconds);
}
