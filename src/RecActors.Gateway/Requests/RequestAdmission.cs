using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using RecActors.Health;
using RecActors.Hosting;
using RecActors.Problems;

namespace RecActors.Requests;

/// <summary>Bounds the requests in flight: what is above is refused at once, so that it can be sent to another gateway.</summary>
internal sealed class RequestAdmission(IOptions<GatewayOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    public void Configure(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context => IsBounded(context.Request.Path)
            ? RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Value.MaxConcurrentRequests, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(false));
        limiter.OnRejected = (_, _) => throw new ProblemException(ProblemTypes.Unavailable(
            options.Value.RetryAfter, "Too many requests are in flight here. Nothing of the request was done."));
    }

    private static bool IsBounded(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.Ordinal) && !path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal);
}
