using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Health;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Security;

namespace RecActors.Requests;

/// <summary>
/// Bounds the requests in flight: what is above is refused at once, so that it can be sent to another gateway. And those of each key, as
/// far as the key has limits; each gateway process counts for itself.
/// </summary>
internal sealed class RequestAdmission(IOptions<GatewayOptions> options, ApiKeys keys, GatewayMetrics metrics, TimeProvider time) : IConfigureOptions<RateLimiterOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public void Configure(RateLimiterOptions limiter)
    {
        var gateway = options.Value;
        var inFlight = new AdmissionLimit(gateway.MaxConcurrentRequests, gateway.MinConcurrentRequests, gateway.LatencyTarget, time);
        metrics.Observe(inFlight);

        var ofKeys = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, (string Key, int Limit)>(context => KeyOf(context) is { RequestsPerSecond: { } limit } key
                ? RateLimitPartition.GetTokenBucketLimiter((key.Id, limit), _ => new TokenBucketRateLimiterOptions { TokenLimit = limit, TokensPerPeriod = limit, ReplenishmentPeriod = Second, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(("", 0))),
            PartitionedRateLimiter.Create<HttpContext, (string Key, int Limit)>(context => KeyOf(context) is { RequestsPerDay: { } limit } key
                ? RateLimitPartition.GetFixedWindowLimiter((key.Id, limit), _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = Day, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(("", 0))));
        limiter.GlobalLimiter = new RequestLimiter(
            ofKeys, context => KeyOf(context) is { } key && (key.RequestsPerSecond ?? key.RequestsPerDay) is not null, inFlight, context => BoundOf(context.Request.Path), time);
        limiter.OnRejected = (rejected, _) => throw new ProblemException(rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var pause)
            ? ProblemTypes.TooManyRequests(pause, "The key has made as many requests as it may for now. Nothing of the request was done.")
            : ProblemTypes.Unavailable(options.Value.RetryAfter, "Too many requests are in flight here. Nothing of the request was done."));
    }

    private ApiKey? KeyOf(HttpContext context) => keys.AreNone ? null : keys.ById(context.User.FindFirst(ApiKey.IdClaim)?.Value);

    private static RequestBound BoundOf(PathString path) =>
        !path.StartsWithSegments("/api", StringComparison.Ordinal) || path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal) ? RequestBound.None
        : path.StartsWithSegments("/api/recommend", StringComparison.Ordinal) || path.StartsWithSegments("/api/session", StringComparison.Ordinal) ? RequestBound.Timed
        : RequestBound.Counted;
}
