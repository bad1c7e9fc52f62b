using RecActors.Architecture;
using RecActors.Processes;

namespace RecActors.Readme;

/// <summary>What the README and the reference of the API tell a newcomer to type works as it stands there, in that order.</summary>
public sealed class ReadmeTests(TrainedSample sample)
{
    [Fact]
    public async Task CurlLines_AgainstTheDemosData_AllSucceed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(cancellationToken);
        await using var server = await ServerProcess.ServeAsync(folder.Path, cancellationToken);
        using var http = new HttpClient();
        foreach (var document in new[] { "README.md", "docs/api.md" })
        {
            var calls = CurlLine.AllOf(await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, document), cancellationToken));
            Assert.True(calls.Count > 5, $"{document} has {calls.Count} commands.");
            foreach (var call in calls)
            {
                using var request = call.ToRequest(server.Address);
                using var response = await http.SendAsync(request, cancellationToken);
                var answer = await response.Content.ReadAsStringAsync(cancellationToken);
                Assert.True(response.IsSuccessStatusCode, $"{document}: {call.Text}\n{(int)response.StatusCode}: {answer}");
                Assert.NotEqual("[]", answer);
            }
        }
    }
}
