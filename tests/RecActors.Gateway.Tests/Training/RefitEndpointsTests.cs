using System.Net;
using RecActors.Hosting;

namespace RecActors.Training;

public sealed class RefitEndpointsTests(ApiServer server)
{
    [Fact]
    public async Task Get_BeforeTheFirst_IsIdle() =>
        Assert.Equal("Idle", (string)(await server.Client.ReadAsync("/api/refit")).Json["State"]!);

    [Theory]
    [InlineData("""{"Promote":"yes"}""", "Promote")]
    [InlineData("""{"Seed":1.5}""", "Seed")]
    [InlineData("""{"Reason":7}""", "Reason")]
    public async Task Post_BadRequest_NamesTheField(string json, string field) =>
        Assert.Equal(field, (string)(await server.Client.PostAsync("/api/refit", json)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);
}
