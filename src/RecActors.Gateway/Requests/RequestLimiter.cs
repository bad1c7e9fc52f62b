using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RecActors.Requests;

/// <summary>
/// A request's limits in one look: those of its key first, so that what they refuse takes no place of others, and then a place among those in
/// flight. Chaining the framework's limiters would ask three of them for every request. Thread-safe.
/// </summary>
/// <param name="ofKeys">The limits of keys.</param>
/// <param name="hasKeyLimits">Whether a request comes with a key that has limits.</param>
/// <param name="inFlight">The limit on requests in flight.</param>
/// <param name="boundOf">How a request is bounded.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestLimiter(
    PartitionedRateLimiter<HttpContext> ofKeys, Func<HttpContext, bool> hasKeyLimits, AdmissionLimit inFlight, Func<HttpContext, RequestBound> boundOf, TimeProvider time)
    : PartitionedRateLimiter<HttpContext>
{
    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        var bound = boundOf(resource);
        if (bound == RequestBound.None)
        {
            return AdmissionLease.Unbounded;
        }

        if (hasKeyLimits(resource) && ofKeys.AttemptAcquire(resource, permitCount) is { IsAcquired: false } refused)
        {
            return refused;
        }

        return inFlight.TryEnter() ? new AdmissionLease(inFlight, bound == RequestBound.Timed, time) : AdmissionLease.Refused;
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(resource, permitCount));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ofKeys.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>How a request is bounded.</summary>
internal enum RequestBound
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It is one of those in flight, but how long it takes depends on what it brings.</summary>
    Counted,

    /// <summary>How long it takes says whether there is too much.</summary>
    Timed,
}
