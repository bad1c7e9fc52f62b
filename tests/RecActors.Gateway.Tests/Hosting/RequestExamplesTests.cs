using System.Net;
using RecActors.Fuzzing;
using RecActors.Security;

namespace RecActors.Hosting;

/// <summary>What the page at <c>/docs</c> offers to be sent, sent as it stands.</summary>
public sealed class RequestExamplesTests(SecuredCluster cluster)
{
    [Fact]
    public async Task Examples_SentAsTheyStand_Work()
    {
        using var client = SecuredCluster.Client(cluster.First, cluster.Admin);
        var document = (await client.ReadAsync("/openapi/v1.json")).Json;
        var sent = 0;
        foreach (var operation in DescribedOperation.AllOf(document).Where(operation => operation.Bodies.ContainsKey("application/json")))
        {
            var example = document["paths"]![operation.Path]![operation.Method.ToLowerInvariant()]!["requestBody"]!["content"]!["application/json"]!["example"];
            Assert.True(example is not null, $"{operation.Name} has no example.");
            var path = operation.Path.Replace("{user-id}", "ann", StringComparison.Ordinal).Replace("{item-id}", "toy-story", StringComparison.Ordinal).Replace("/{category}", "", StringComparison.Ordinal);

            var answer = await client.SendAsync(new HttpMethod(operation.Method), path, example.ToJsonString());

            // This server has no trainer.
            var expected = path == "/api/refit" ? HttpStatusCode.Conflict : path == "/api/keys" ? HttpStatusCode.Created : HttpStatusCode.OK;
            Assert.True(expected == answer.Status, $"{operation.Name}: {answer.Status} {answer.Body}");
            sent++;
        }

        Assert.True(sent > 10, $"{sent} examples.");
    }
}
