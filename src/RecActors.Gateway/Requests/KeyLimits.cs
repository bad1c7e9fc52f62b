using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using RecActors.Problems;
using RecActors.Security;

namespace RecActors.Requests;

/// <summary>Bounds the requests of each key, as far as the key has limits; each gateway process counts for itself.</summary>
internal sealed class KeyLimits(ApiKeys keys) : IConfigureOptions<RateLimiterOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>True when the request was made with a key that has limits; others need not be asked about.</summary>
    public bool Concern(HttpContext context) => !keys.AreNone && KeyOf(context) is { RequestsPerSecond: not null } or { RequestsPerDay: not null };

    public void Configure(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, (string Key, int Limit)>(context => KeyOf(context) is { RequestsPerSecond: { } limit } key
                ? RateLimitPartition.GetTokenBucketLimiter((key.Id, limit), _ => new TokenBucketRateLimiterOptions { TokenLimit = limit, TokensPerPeriod = limit, ReplenishmentPeriod = Second, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(("", 0))),
            PartitionedRateLimiter.Create<HttpContext, (string Key, int Limit)>(context => KeyOf(context) is { RequestsPerDay: { } limit } key
                ? RateLimitPartition.GetFixedWindowLimiter((key.Id, limit), _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = Day, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(("", 0))));
        limiter.OnRejected = (rejected, _) => throw new ProblemException(ProblemTypes.TooManyRequests(
            rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var pause) ? pause : Second,
            "The key has made as many requests as it may for now. Nothing of the request was done."));
    }

    // Not by HttpContext.User, which makes somebody up where nobody was identified.
    private ApiKey? KeyOf(HttpContext context) =>
        context.Features.Get<IHttpAuthenticationFeature>()?.User?.FindFirst(ApiKey.IdClaim) is { } claim && BoundedPaths.Contain(context.Request.Path)
            ? keys.ById(claim.Value)
            : null;
}
