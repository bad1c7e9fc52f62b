using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using RecActors.Architecture;

namespace RecActors.Hosting;

/// <summary>The API's surface: a change of it shows here.</summary>
public sealed class OpenApiTests(ApiServer server)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Document_NamesAndDescribesEveryOperation()
    {
        var answer = await server.Client.ReadAsync("/openapi/v1.json");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var operations = answer.Json["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Call: $"{operation.Key.ToUpperInvariant()} {path.Key}", Body: operation.Value!)))
            .ToList();
        Assert.All(operations, operation =>
        {
            Assert.NotNull(operation.Body["operationId"]);
            Assert.NotNull(operation.Body["summary"]);
            Assert.NotNull(operation.Body["tags"]);
        });
        Assert.Equal(
            [
                "DELETE /api/erasures/{user-id}",
                "DELETE /api/feedback/{feedback-type}/{user-id}/{item-id}",
                "DELETE /api/feedback/{user-id}/{item-id}",
                "DELETE /api/item/{item-id}",
                "DELETE /api/item/{item-id}/category/{category}",
                "DELETE /api/keys/{id}",
                "DELETE /api/refit",
                "DELETE /api/user/{user-id}",
                "GET /api/collaborative-filtering/{user-id}/{category}",
                "GET /api/erasures",
                "GET /api/feedback",
                "GET /api/feedback/{feedback-type}",
                "GET /api/feedback/{feedback-type}/{user-id}/{item-id}",
                "GET /api/feedback/{user-id}/{item-id}",
                "GET /api/health/live",
                "GET /api/health/ready",
                "GET /api/item-to-item/{name}/{item-id}/{category}",
                "GET /api/item/{item-id}",
                "GET /api/item/{item-id}/feedback",
                "GET /api/item/{item-id}/feedback/{feedback-type}",
                "GET /api/item/{item-id}/neighbors/{category}",
                "GET /api/items",
                "GET /api/keys",
                "GET /api/latest/{category}",
                "GET /api/models",
                "GET /api/models/online",
                "GET /api/non-personalized/{name}/{category}",
                "GET /api/popular/{category}",
                "GET /api/recommend/{user-id}/{category}",
                "GET /api/refit",
                "GET /api/trending/{category}",
                "GET /api/user-to-user/{name}/{user-id}",
                "GET /api/user/{user-id}",
                "GET /api/user/{user-id}/export",
                "GET /api/user/{user-id}/feedback",
                "GET /api/user/{user-id}/feedback/{feedback-type}",
                "GET /api/user/{user-id}/neighbors",
                "GET /api/users",
                "PATCH /api/item/{item-id}",
                "PATCH /api/user/{user-id}",
                "POST /api/erasures/compact",
                "POST /api/feedback",
                "POST /api/item",
                "POST /api/items",
                "POST /api/keys",
                "POST /api/keys/console-secret",
                "POST /api/models/rollback",
                "POST /api/models/{version}/promote",
                "POST /api/recommend/{user-id}/{category}",
                "POST /api/refit",
                "POST /api/session/recommend/{category}",
                "POST /api/user",
                "POST /api/user/{user-id}/merge",
                "POST /api/users",
                "PUT /api/feedback",
                "PUT /api/item/{item-id}/category/{category}",
            ],
            operations.Select(operation => operation.Call).Order(StringComparer.Ordinal));
    }

    /// <summary>With RECACTORS_RECORD_OPENAPI=1 it is written instead: the difference is what a review of the contract looks at.</summary>
    [Fact]
    public async Task Document_IsTheReviewedOne()
    {
        var path = Path.Combine(RepositoryFolder.Root, "tests", "RecActors.Gateway.Tests", "Hosting", "openapi.json");
        var document = JsonSerializer.Serialize((await server.Client.ReadAsync("/openapi/v1.json")).Json, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("RECACTORS_RECORD_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(path, document, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), document);
    }

    [Fact]
    public async Task Page_LoadsNothingFromElsewhere()
    {
        var page = await server.Client.ReadAsync("/docs/");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.Type));
        Assert.DoesNotMatch("(src|href)=[\"']?(https?:)?//", page.Body);
        var script = Assert.Single(Regex.Matches(page.Body, "<script[^>]*src=[\"'](?<path>[^\"']*scalar[^\"']*js)[\"']"), match => !match.Groups["path"].Value.Contains("aspnetcore", StringComparison.Ordinal)).Groups["path"].Value;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.ReadAsync(new Uri(new Uri(server.Client.BaseAddress!, "/docs/"), script).PathAndQuery)).Status);
    }
}
