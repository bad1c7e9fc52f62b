using System.Net;
using RecActors.Hosting;

namespace RecActors.Problems;

public sealed class ProblemMiddlewareTests(ApiServer server)
{
    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/api/feedback/a/b/c/d")]
    public async Task UnknownRoute_Is404Problem(string path) =>
        (await server.Client.ReadAsync(path)).IsProblem(HttpStatusCode.NotFound);

    [Fact]
    public async Task WrongMethod_Is405ProblemThatNamesTheRightOnes()
    {
        var answer = (await server.Client.SendAsync(HttpMethod.Delete, "/api/feedback")).IsProblem(HttpStatusCode.MethodNotAllowed);

        Assert.Equal("GET,POST,PUT", answer.Headers["Allow"].Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Problem_Body_HasTheDocumentedShape() => Assert.Equal(
        """{"type":"urn:recactors:problem:invalid-request","title":"The request is not valid.","status":400,"detail":"Entry 0: ItemId is missing or empty.","errors":[{"index":0,"field":"ItemId","reason":"is missing or empty"}]}""",
        (await server.Client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"u"}]""")).Body);
}
