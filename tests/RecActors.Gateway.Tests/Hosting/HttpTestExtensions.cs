using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace RecActors.Hosting;

/// <summary>Sends JSON as a site would, and reads answers whole.</summary>
internal static class HttpTestExtensions
{
    public static Task<Answer> PostAsync(this HttpClient client, string path, string json) =>
        client.SendAsync(HttpMethod.Post, path, json);

    public static async Task<Answer> SendAsync(
        this HttpClient client, HttpMethod method, string path, string? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    public static Task<Answer> ReadAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Get, path, headers: headers);
}

/// <summary>A whole answer.</summary>
internal sealed record Answer(HttpStatusCode Status, string? Type, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The first fault of a problem.</summary>
    public JsonNode Fault => Json["errors"]![0]!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));

    /// <summary>Asserts a problem of this status and returns it.</summary>
    public Answer IsProblem(HttpStatusCode status)
    {
        Assert.Equal((status, "application/problem+json"), (Status, Type));
        Assert.Equal((int)status, (int)Json["status"]!);
        Assert.NotNull(Json["title"]);
        Assert.NotNull(Json["type"]);
        return this;
    }

    /// <summary>Asserts success with exactly this JSON.</summary>
    public Answer Is(string json)
    {
        Assert.True(Status is HttpStatusCode.OK or HttpStatusCode.Accepted, $"{Status}: {Body}");
        Assert.Equal("application/json", Type);
        Assert.Equal(json, Body);
        return this;
    }
}
