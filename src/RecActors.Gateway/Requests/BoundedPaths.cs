using Microsoft.AspNetCore.Http;
using RecActors.Health;

namespace RecActors.Requests;

/// <summary>The paths whose requests are bounded: the API but for its probes, which are answered always. In any case, as routing reads them.</summary>
internal static class BoundedPaths
{
    public static bool Contain(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>True where the time that an answer takes says something of the load; elsewhere it depends on what a request brings.</summary>
    public static bool AreTimed(PathString path) =>
        path.StartsWithSegments("/api/recommend", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/api/session", StringComparison.OrdinalIgnoreCase);
}
