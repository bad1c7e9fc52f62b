using System.Text.RegularExpressions;
using RecActors.Api;
using RecActors.Architecture;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>A cluster over a Redis that takes encrypted connections only, and a user that may do no more than the documentation says.</summary>
public sealed partial class EncryptedRedisTests
{
    private const string Password = "correct-horse";

    [Fact]
    public async Task Cluster_OverTlsAsTheDocumentedUser_DoesEverythingItHasTo()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        using var certificates = new PrivateCertificates();
        var redis = await RedisServer.StartTlsAsync(certificates, token);
        await using var cluster = ClusterProcesses.Over(
            redis,
            $"{redis.ConnectionString},ssl=true,user=recactors,password={Password}",
            ("RecActors:Redis:CertificateAuthorityFile", certificates.AuthorityFile),
            ("RecActors:Shutdown:DrainDelay", "00:00:00"));
        Assert.Equal("OK", (await redis.CommandAsync(["ACL", "SETUSER", .. DocumentedUser()])).Trim());

        // Every role, so that all keys of ours and of Orleans are used: membership, reminders, grain state, and the gateway's list of silos.
        var silo = cluster.Start("silo-1", "serve,train", "--cold-start");
        var gateway = cluster.Start("gateway-1", "gateway");
        await cluster.WaitUntilReadyAsync(token);
        using var site = new ApiClient(gateway.Address);
        await ActAsync(site, token);
        await silo.RestartAsync(token);

        // A first refit publishes a bundle, which the registry promotes.
        Assert.Equal(Actions + 1, await site.PostFeedbackAsync(token, Action(Actions)));
        Assert.Equal(Actions + 1, (await site.RecommendAsync("reader", 10, token)).UserVersion);
        Assert.Equal("", (await redis.CommandAsync("ACL", "LOG")).Trim());
    }

    private const int Actions = 5;

    private static FeedbackJson Action(int number) => new("read", "reader", $"item-{number}", 1, null, $"{number}");

    private static async Task ActAsync(ApiClient site, CancellationToken cancellationToken)
    {
        for (var number = 0; number < Actions; number++)
        {
            Assert.Equal(number + 1, await site.PostFeedbackAsync(cancellationToken, Action(number)));
        }
    }

    /// <summary>The line of the documentation, which is one of an ACL file: <c>user NAME RULE...</c>.</summary>
    private static IEnumerable<string> DocumentedUser() =>
        UserLine().Match(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "operations.md"))).Groups[1].Value
            .Replace("PASSWORD", Password, StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^user (.+)$", RegexOptions.Multiline)]
    private static partial Regex UserLine();
}
