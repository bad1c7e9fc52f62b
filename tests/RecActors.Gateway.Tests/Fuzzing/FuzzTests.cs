using System.Globalization;
using RecActors.Hosting;
using RecActors.Security;

namespace RecActors.Fuzzing;

/// <summary>Hostile requests at every operation that the OpenAPI document describes, and calls of every operation with keys that do not do.</summary>
public sealed class FuzzTests(SecuredCluster shared, ITestOutputHelper output)
{
    private const int RequestsOfARound = 2_000;

    /// <summary>
    /// The first seed, and one that has found something: labels with half a surrogate pair, which <see cref="Items.ItemEndpointsTests"/> has now,
    /// since a seed gives other requests when the API has grown.
    /// </summary>
    [Theory]
    [InlineData(1, 350)]
    [InlineData(37, 120)]
    public Task Requests_OfAnySort_AreAnsweredOrRefusedWithoutATrace(int seed, int requests) => RunAsync(seed, requests);

    /// <summary>
    /// As many as RECACTORS_FUZZ_REQUESTS says, 100,000 by default, with the seeds from RECACTORS_FUZZ_SEED on, 1 by default: one for every
    /// 2,000 requests, each with a server of its own.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task Requests_Many_AreAnsweredOrRefusedWithoutATrace()
    {
        var requests = Setting("RECACTORS_FUZZ_REQUESTS", 100_000);
        var first = Setting("RECACTORS_FUZZ_SEED", 1);
        for (var round = 0; round * RequestsOfARound < requests; round++)
        {
            await RunAsync(first + round, RequestsOfARound);
        }
    }

    /// <summary>Every operation of the document but the probes, with every sort of key that must not do: as the document says which scope it takes.</summary>
    [Fact]
    public async Task Operations_WithKeysThatDoNotDo_AreRefusedAndNothingOfTheKeysIsLogged()
    {
        var (revoked, rotated) = await shared.AddKeyAsync("""{"Name":"rotated","Scopes":["admin"]}""");
        var keys = new List<(string? Key, string[] Scopes)> { (null, []), ("", []), ("wrong", []), (rotated, []) };
        string[] scopes = ["read", "write", "metrics"];
        foreach (var scope in scopes)
        {
            keys.Add(((await shared.AddKeyAsync($$"""{"Name":"fuzz-{{scope}}","Scopes":["{{scope}}"]}""")).Key, [scope]));
        }

        var (_, known) = await shared.AddKeyAsync("""{"Name":"fuzz-all-but-admin","Scopes":["read","write","metrics"]}""");
        keys.AddRange([(known, scopes), (known + "x", []), (known[..^1], [])]);
        using var admin = SecuredCluster.Client(shared.First, shared.Admin);
        (await admin.SendAsync(HttpMethod.Delete, "/api/keys/" + revoked)).Is("""{"RowAffected":1}""");
        var operations = DescribedOperation.AllOf((await admin.ReadAsync("/openapi/v1.json")).Json)
            .Where(operation => !operation.Path.StartsWith("/api/health", StringComparison.Ordinal)).ToList();
        Assert.All(operations, operation => Assert.True(operation.Scope is "read" or "write" or "admin", $"{operation.Name} names no scope."));
        Assert.Equal(3, operations.Select(operation => operation.Scope).Distinct().Count());

        foreach (var (key, has) in keys)
        {
            using var client = SecuredCluster.Client(shared.First, null);
            foreach (var operation in operations.Where(operation => !has.Contains(operation.Scope)))
            {
                var path = operation.Path.Replace("/{category}", "", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
                var answer = await client.SendAsync(
                    new HttpMethod(operation.Method), path, operation.Bodies.Count > 0 ? "[{]" : null, headers: key is null ? [] : [("X-API-Key", key)]);
                Assert.True((int)answer.Status == (has.Length > 0 ? 403 : 401), $"{operation.Name} with {(has.Length > 0 ? string.Join(", ", has) : key ?? "no key")}: {answer.Status} {answer.Body}");
            }
        }

        Assert.All(
            keys.Select(entry => entry.Key).Append(shared.Admin).Where(key => key?.Length > ApiKeySecret.MinimumLength).Select(key => key![ApiKeySecret.Prefix.Length..][..16]),
            secret => Assert.DoesNotContain(shared.Log, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    private async Task RunAsync(int seed, int requests)
    {
        await using var cluster = new SecuredCluster();
        await cluster.InitializeAsync();
        var run = new FuzzRun(cluster, seed);
        await run.SendAsync(requests);
        Assert.True(run.Faults.Count == 0, string.Join("\n\n", run.Faults));
        Assert.DoesNotContain(cluster.Log, line => line.Contains(cluster.Admin[ApiKeySecret.Prefix.Length..], StringComparison.Ordinal));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {requests} requests, {string.Join(", ", run.Statuses.Select(status => $"{status.Value} × {status.Key}"))}; {run.Digests} refusals compared with the state before"));
        Assert.True(run.Statuses.GetValueOrDefault(200) > requests / 10 && run.Digests > requests / 20, "The requests are of one sort.");
    }

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
