using System.Net;
using RecActors.Architecture;
using RecActors.Hosting;

namespace RecActors.Example;

public sealed class SiteExampleTests(ApiServer server)
{
    [Fact]
    public async Task Site_OfTheExample_RecommendsAndSeesWhatIsLiked()
    {
        var token = TestContext.Current.CancellationToken;
        await server.Client.PostAsync("/api/items", """[{"ItemId":"site-a"},{"ItemId":"site-b"}]""");
        await using var site = SiteExample.Build(["--urls", "http://127.0.0.1:0"], server.Client.BaseAddress!);
        await site.StartAsync(token);
        using var browser = new HttpClient { BaseAddress = new Uri(site.Urls.Single()) };

        Assert.Equal(HttpStatusCode.NoContent, (await browser.SendAsync(HttpMethod.Post, "/likes/site-user/site-a")).Status);

        var home = await browser.ReadAsync("/home/site-user");
        Assert.NotEmpty(home.Json.AsArray());
        Assert.DoesNotContain("site-a", home.Json.AsArray().Select(id => (string)id!));
    }

    [Fact]
    public async Task Document_HasTheExampleAsItIsCompiled()
    {
        var source = await File.ReadAllLinesAsync(Path.Combine(RepositoryFolder.Root, "tests", "RecActors.Gateway.Tests", "Example", "SiteExample.cs"), TestContext.Current.CancellationToken);
        var example = source.SkipWhile(line => !line.Contains("<example>", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.Contains("</example>", StringComparison.Ordinal))
            .Select(line => line.Length > 8 ? line[8..] : "");
        var document = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs", "dotnet.md"), TestContext.Current.CancellationToken);

        Assert.Contains(string.Join('\n', example), document, StringComparison.Ordinal);
    }
}
