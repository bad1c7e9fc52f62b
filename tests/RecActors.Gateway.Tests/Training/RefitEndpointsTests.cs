using System.Net;
using RecActors.Hosting;

namespace RecActors.Training;

public sealed class RefitEndpointsTests(ApiServer server)
{
    [Fact]
    public async Task Post_ServerWithoutATrainer_Is409ThatSaysSo()
    {
        Assert.Equal("Idle", (string)(await server.Client.ReadAsync("/api/refit")).Json["State"]!);

        var refused = (await server.Client.SendAsync(HttpMethod.Post, "/api/refit")).IsProblem(HttpStatusCode.Conflict);

        Assert.Contains("trainer", (string)refused.Json["detail"]!, StringComparison.Ordinal);
        var status = (await server.Client.SendAsync(HttpMethod.Delete, "/api/refit")).Json;
        Assert.Equal((1, "Failed"), ((int)status["RefitId"]!, (string)status["State"]!));
    }

    [Theory]
    [InlineData("""{"Promote":"yes"}""", "Promote")]
    [InlineData("""{"Seed":1.5}""", "Seed")]
    [InlineData("""{"Reason":7}""", "Reason")]
    public async Task Post_BadRequest_NamesTheField(string json, string field) =>
        Assert.Equal(field, (string)(await server.Client.PostAsync("/api/refit", json)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);
}
