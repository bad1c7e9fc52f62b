using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RecActors.Requests;

/// <summary>A place among the requests in flight, as ASP.NET's rate limiting asks for it; it is given back once. Thread-safe.</summary>
internal sealed class AdmissionLease : RateLimitLease
{
    private readonly TimeProvider? _time;
    private readonly bool _isTimed;
    private readonly long _entered;
    private AdmissionLimit? _limit;

    private AdmissionLease(bool isAcquired) => IsAcquired = isAcquired;

    /// <param name="limit">Which has let the request in.</param>
    /// <param name="isTimed">Whether the request's time says something of the load.</param>
    /// <param name="time">The clock.</param>
    public AdmissionLease(AdmissionLimit limit, bool isTimed, TimeProvider time)
        : this(isAcquired: true) => (_limit, _isTimed, _time, _entered) = (limit, isTimed, time, time.GetTimestamp());

    /// <summary>For a request that needs no place.</summary>
    public static AdmissionLease Unbounded { get; } = new(isAcquired: true);

    /// <summary>There is no place.</summary>
    public static AdmissionLease Refused { get; } = new(isAcquired: false);

    public override bool IsAcquired { get; }

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = null;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        Interlocked.Exchange(ref _limit, null)?.Leave(_isTimed ? _time!.GetElapsedTime(_entered) : null);
        base.Dispose(disposing);
    }
}
