using System.Text.RegularExpressions;
using RecActors.Api;
using RecActors.Architecture;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>A cluster over a Redis that takes encrypted connections only, and a user that may do no more than the documentation says.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed partial class EncryptedRedisTests(TrainedSample sample)
{
    private const string Password = "correct-horse";

    [Fact(Explicit = true)]
    public async Task Cluster_OverTlsAsTheDocumentedUser_IsRefusedNothing()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        using var certificates = new PrivateCertificates();
        var redis = await RedisServer.StartTlsAsync(certificates, token);
        var connectionString = $"{redis.ConnectionString},ssl=true,user=recactors,password={Password}";
        await using var cluster = ClusterProcesses.Over(
            redis,
            connectionString,
            ("RecActors:Redis:CertificateAuthorityFile", certificates.AuthorityFile),
            ("RecActors:Shutdown:DrainDelay", "00:00:00"));
        Assert.Equal("OK", (await redis.CommandAsync(["ACL", "SETUSER", .. DocumentedUser()])).Trim());
        await CopyAsync(connectionString, certificates, token);

        // Every role, so that all keys are used, ours and those of Orleans: membership, reminders, grain state, the gateways' list of silos.
        var silo = cluster.Start("silo-1", "serve,train");
        var gateway = cluster.Start("gateway-1", "gateway");
        await cluster.WaitUntilReadyAsync(token);
        using var site = new ApiClient(gateway.Address);
        Assert.Equal(1, await site.PostFeedbackAsync(token, Action(1)));
        using (var deleted = await site.Http.DeleteAsync("/api/user/1", token))
        {
            Assert.True(deleted.IsSuccessStatusCode);
        }

        await silo.RestartAsync(token);
        await gateway.Process.WaitUntilReadyAsync(token);
        Assert.Equal(2, await site.PostFeedbackAsync(token, Action(2)));
        var answer = await site.RecommendAsync("reader", 10, token);
        Assert.Equal(2, answer.UserVersion);
        Assert.True(answer.ModelVersion > 0);
        Assert.Equal("", (await redis.CommandAsync("ACL", "LOG")).Trim());
        Assert.DoesNotContain(cluster.Nodes, node => node.Process.Output.Contains("NOPERM", StringComparison.Ordinal));
    }

    private static FeedbackJson Action(int number) => new("read", "reader", $"item-{number}", 1, null, $"{number}");

    /// <summary>Moves a trained installation over, by a command that reads its settings from a file.</summary>
    private async Task CopyAsync(string connectionString, PrivateCertificates certificates, CancellationToken cancellationToken)
    {
        using var folder = await sample.CopyAsync(cancellationToken);
        var config = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(
            config, $$"""{ "RecActors": { "Redis": { "CertificateAuthorityFile": "{{certificates.AuthorityFile}}" } } }""", cancellationToken);
        var (exitCode, output) = await ServerProcess.RunAsync(
            cancellationToken, "copy", "--config", config, "--from", folder.Path, "--to", "redis:" + connectionString);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>The line of the documentation, which is one of an ACL file: <c>user NAME RULE...</c>.</summary>
    private static string[] DocumentedUser() =>
        UserLine().Match(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "operations.md"))).Groups[1].Value
            .Replace("PASSWORD", Password, StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^user (recactors .+)$", RegexOptions.Multiline)]
    private static partial Regex UserLine();
}
