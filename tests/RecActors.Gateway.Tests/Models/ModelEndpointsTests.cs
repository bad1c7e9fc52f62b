using System.Net;
using RecActors.Hosting;

namespace RecActors.Models;

public sealed class ModelEndpointsTests(ApiServer server)
{
    [Fact]
    public async Task Get_NothingPublished_IsAnEmptyListing() =>
        (await server.Client.ReadAsync("/api/models")).Is("""{"ServingVersion":0,"PreviousVersion":null,"Models":[]}""");

    [Fact]
    public async Task Promote_UnknownVersion_Is404() =>
        (await server.Client.SendAsync(HttpMethod.Post, "/api/models/99/promote")).IsProblem(HttpStatusCode.NotFound);

    [Fact]
    public async Task RollBack_WithoutAnEarlierVersion_Is409() =>
        (await server.Client.SendAsync(HttpMethod.Post, "/api/models/rollback")).IsProblem(HttpStatusCode.Conflict);
}
