using System.Net;
using RecActors.Hosting;

namespace RecActors.Health;

public sealed class HealthEndpointsTests(ApiServer server)
{
    [Fact]
    public async Task Live_Always_Is200() => (await server.Client.ReadAsync("/api/health/live")).Is("""{"Live":true}""");

    [Fact]
    public async Task Ready_WithAModel_Is200() => (await server.Client.ReadAsync("/api/health/ready")).Is(
        """{"Ready":true,"DataStoreConnected":true,"ModelVersion":7,"ColdStart":false,"Reason":null}""");

    [Fact]
    public async Task Ready_WithoutAModel_Is503AndSaysWhy()
    {
        using var client = await server.StartGatewayAsync(health: new ServingHealth(false, true, 0, Reason: "No model serves."));

        var answer = await client.ReadAsync("/api/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("""{"Ready":false,"DataStoreConnected":true,"ModelVersion":0,"ColdStart":false,"Reason":"No model serves."}""", answer.Body);
    }
}
