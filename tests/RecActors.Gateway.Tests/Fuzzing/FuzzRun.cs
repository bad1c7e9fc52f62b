using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using RecActors.Hosting;
using RecActors.Security;

namespace RecActors.Fuzzing;

/// <summary>
/// Sends hostile requests to a server and holds its answers to what it promises: no fault of its own, an answer in time, a problem
/// where it refuses, and after a refusal the same state as before.
/// </summary>
internal sealed class FuzzRun(SecuredCluster cluster, int seed)
{
    private const int MaxFaults = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // What the web server refuses before the API sees it has no body.
    private static readonly int[] OfTheWebServer = [400, 414, 431];

    private readonly SortedDictionary<int, int> _statuses = [];
    private readonly List<string> _faults = [];
    private string _digest = "";

    /// <summary>Answers by status.</summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    /// <summary>What an answer should not have been, with all that repeats it.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Digests of the state that were compared after refusals.</summary>
    public int Digests { get; private set; }

    public async Task SendAsync(int requests)
    {
        using var client = SecuredCluster.Client(cluster.First, cluster.Admin);
        client.Timeout = Patience;
        var document = (await client.ReadAsync("/openapi/v1.json")).Json;
        await PrepareAsync(client);
        _digest = await StateDigest.OfAsync(client);
        var hostile = new HostileRequests(document, seed);
        Assert.True(requests >= hostile.Operations, "Every operation takes its turn.");
        for (var index = 0; index < requests && _faults.Count < MaxFaults; index++)
        {
            var (operation, request, text) = hostile.Next(index);
            using (request)
            {
                var (status, refused) = await SendAsync(client, operation, request, text, index);
                _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
                if (!operation.Reads || request.Method.Method is not ("GET" or "POST") || text.Contains("write-back-type", StringComparison.Ordinal))
                {
                    await CompareAsync(client, refused);
                }
            }
        }
    }

    private static async Task PrepareAsync(HttpClient client)
    {
        for (var i = 0; i < 6; i++)
        {
            var id = $"{HostileValues.Prefix}-{i}";
            var item = new JsonObject { ["ItemId"] = id, ["Categories"] = new JsonArray(id), ["Labels"] = new JsonObject { ["size"] = i } };
            var action = new JsonObject { ["FeedbackType"] = id, ["UserId"] = id, ["ItemId"] = id };
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/item", item.ToJsonString())).Status);
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/feedback", $"[{action.ToJsonString()}]")).Status);
        }
    }

    private async Task<(int Status, string? Refused)> SendAsync(
        HttpClient client, DescribedOperation operation, HttpRequestMessage request, string text, int index)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, request {index}, {operation.Name}\n{(text.Length > 4_000 ? text[..4_000] : text)}\n");
        request.RequestUri = new Uri(
            cluster.First.ToString().TrimEnd('/') + request.RequestUri!.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        HttpResponseMessage response;
        string body;
        try
        {
            response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception failure) when (failure is TaskCanceledException or HttpRequestException)
        {
            _faults.Add($"{where}No answer: {failure.Message}");
            return (0, null);
        }

        using (response)
        {
            var status = (int)response.StatusCode;
            Demand(status < 500);
            if (status < 400)
            {
                // Dots may lead out of the API, to the console's page.
                Demand(body.Length == 0 || (text.Contains("/..", StringComparison.Ordinal) && response.Content.Headers.ContentType?.MediaType is "text/html") || response.Content.Headers.ContentType?.MediaType is "application/json" && IsJson(body));
                return (status, null);
            }

            var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" && IsJson(body) && (int)JsonNode.Parse(body)!["status"]! == status;
            Demand(isProblem || request.Method == HttpMethod.Head || (body.Length == 0 && OfTheWebServer.Contains(status)));
            Demand(!body.Contains("\n   at ", StringComparison.Ordinal));
            return (status, status < 500 ? where : null);

            void Demand(bool holds)
            {
                if (!holds)
                {
                    _faults.Add($"{where}{status}: {body}");
                }
            }
        }
    }

    /// <summary>The state after a refusal is the state before it; after anything else it is a new one.</summary>
    private async Task CompareAsync(HttpClient client, string? refused)
    {
        var digest = await StateDigest.OfAsync(client);
        if (refused is not null)
        {
            Digests++;
            if (digest != _digest)
            {
                _faults.Add(refused + "The state has changed.");
            }
        }

        _digest = digest;
    }

    private static bool IsJson(string body)
    {
        try
        {
            JsonDocument.Parse(body).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
