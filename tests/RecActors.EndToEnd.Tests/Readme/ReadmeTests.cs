using RecActors.Architecture;
using RecActors.Processes;

namespace RecActors.Readme;

/// <summary>What the README tells a newcomer to type works as it stands there, in that order.</summary>
public sealed class ReadmeTests(TrainedSample sample)
{
    [Fact]
    public async Task CurlLines_AgainstTheDemosData_AllSucceed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var lines = await File.ReadAllLinesAsync(Path.Combine(SourceTree.Root, "README.md"), cancellationToken);
        var calls = lines.Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).Select(CurlLine.Parse).ToList();
        Assert.NotEmpty(calls);

        using var folder = await sample.CopyAsync(cancellationToken);
        await using var server = await ServerProcess.ServeAsync(folder.Path, cancellationToken);
        using var http = new HttpClient();
        foreach (var call in calls)
        {
            using var request = call.ToRequest(server.Address);
            using var response = await http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{call.Text}\n{(int)response.StatusCode}: {answer}");
            Assert.NotEqual("[]", answer);
        }
    }
}
