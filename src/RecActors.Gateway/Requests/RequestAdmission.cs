using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using RecActors.Health;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Security;

namespace RecActors.Requests;

/// <summary>
/// Bounds the requests in flight: what is above is refused at once, so that it can be sent to another gateway. And those of each key, as
/// far as the key has limits; each gateway process counts for itself.
/// </summary>
internal sealed class RequestAdmission(IOptions<GatewayOptions> options, ApiKeys keys) : IConfigureOptions<RateLimiterOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public void Configure(RateLimiterOptions limiter)
    {
        // The key's limits first: what they refuse takes no place of others.
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, (string Key, int Limit)>(context => KeyOf(context) is { RequestsPerSecond: { } limit } key
                ? RateLimitPartition.GetTokenBucketLimiter((key.Id, limit), _ => new TokenBucketRateLimiterOptions { TokenLimit = limit, TokensPerPeriod = limit, ReplenishmentPeriod = Second, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(("", 0))),
            PartitionedRateLimiter.Create<HttpContext, (string Key, int Limit)>(context => KeyOf(context) is { RequestsPerDay: { } limit } key
                ? RateLimitPartition.GetFixedWindowLimiter((key.Id, limit), _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = Day, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(("", 0))),
            PartitionedRateLimiter.Create<HttpContext, bool>(context => IsBounded(context.Request.Path)
                ? RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Value.MaxConcurrentRequests, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(false)));
        limiter.OnRejected = (rejected, _) => throw new ProblemException(rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var pause)
            ? ProblemTypes.TooManyRequests(pause, "The key has made as many requests as it may for now. Nothing of the request was done.")
            : ProblemTypes.Unavailable(options.Value.RetryAfter, "Too many requests are in flight here. Nothing of the request was done."));
    }

    private ApiKey? KeyOf(HttpContext context) => IsBounded(context.Request.Path) ? keys.ById(context.User.FindFirst(ApiKey.IdClaim)?.Value) : null;

    private static bool IsBounded(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.Ordinal) && !path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal);
}
