using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace RecActors.Security;

/// <summary>What pages of other sites may do, where the configuration names any: call with a key, never with the console's cookie.</summary>
internal sealed class ApiCors(IOptions<SecurityOptions> options) : IConfigureOptions<CorsOptions>
{
    public const string Policy = "recactors";

    public void Configure(CorsOptions cors) => cors.AddPolicy(Policy, policy => policy
        .WithOrigins(options.Value.ReadCorsOrigins())
        .AllowAnyMethod()
        .AllowAnyHeader()
        .WithExposedHeaders("X-User-Version", "X-Model-Version", "X-RecActors-Stale", "X-RecActors-Degraded", "X-Recommendation-Id", "Retry-After"));
}
