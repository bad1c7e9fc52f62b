using System.Net;
using RecActors.Hosting;

namespace RecActors.Security;

public sealed class CorsTests(SecuredCluster cluster)
{
    private const string Allowed = "Access-Control-Allow-Origin";

    [Fact]
    public async Task Preflight_WhereNoOriginIsNamed_GetsNoPermission()
    {
        var answer = await PreflightAsync(cluster.First, "https://shop.example");

        Assert.DoesNotContain(Allowed, answer.Headers.Keys);
    }

    [Fact]
    public async Task Preflight_OfANamedOrigin_IsAnsweredWithoutAKey()
    {
        var gateway = await cluster.StartGatewayAsync(("CorsOrigins", "https://shop.example, https://other.example"));

        var answer = await PreflightAsync(gateway, "https://shop.example");
        var stranger = await PreflightAsync(gateway, "https://evil.example");

        Assert.Equal((HttpStatusCode.NoContent, "https://shop.example"), (answer.Status, answer.Headers[Allowed]));
        Assert.DoesNotContain("Access-Control-Allow-Credentials", answer.Headers.Keys);
        Assert.DoesNotContain(Allowed, stranger.Headers.Keys);
    }

    private static async Task<Answer> PreflightAsync(Uri gateway, string origin)
    {
        using var client = SecuredCluster.Client(gateway, null);
        return await client.SendAsync(
            HttpMethod.Options, "/api/users", headers: [("Origin", origin), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "x-api-key")]);
    }
}
