using System.Net;
using System.Text.RegularExpressions;
using RecActors.Hosting;

namespace RecActors.WebConsole;

/// <summary>The console's files, and what it asks beside the API that everybody has.</summary>
public sealed class WebConsoleTests(ApiServer server)
{
    [Fact]
    public async Task Page_AndWhatItLoads_AreOfThisServerAloneUnderAStrictPolicy()
    {
        var page = await server.Client.ReadAsync("/");
        var files = Regex.Matches(page.Body, "(?:src|href)=\"(?<file>/[^\"]+)\"").Select(match => match.Groups["file"].Value).Distinct().ToList();

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.Type));
        Assert.DoesNotMatch("https?://| style=| on[a-z]+=", page.Body);
        Assert.Contains("/console/console.js", files);
        Assert.All(await Task.WhenAll(files.Append("/").Select(file => server.Client.ReadAsync(file))), file =>
        {
            Assert.Equal(HttpStatusCode.OK, file.Status);
            Assert.StartsWith("default-src 'none';", file.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", file.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Equal("nosniff", file.Headers["X-Content-Type-Options"]);
        });
    }

    [Fact]
    public async Task File_Unknown_Is404() => Assert.Equal(HttpStatusCode.NotFound, (await server.Client.ReadAsync("/console/none.js")).Status);

    [Fact]
    public async Task File_ThatTheBrowserHas_IsNotSentAgain()
    {
        var tag = (await server.Client.ReadAsync("/console/console.css")).Headers["ETag"];

        Assert.Equal(HttpStatusCode.NotModified, (await server.Client.ReadAsync("/console/console.css", ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task Items_ByTheWordsOfTheirTitles_AreFoundHiddenOrNot()
    {
        await server.Client.PostAsync("/api/items", """[{"ItemId":"console-1","Comment":"Quixotic Zebra (2026)"},{"ItemId":"console-2","Comment":"Zebra Crossing","IsHidden":true}]""");
        Answer found;
        do
        {
            // The index follows the replica within moments.
            found = await server.Client.ReadAsync("/api/console/items?q=zebra");
        }
        while (found.Json.AsArray().Count < 2);

        Assert.Equal(["console-1", "console-2"], found.Json.AsArray().Select(item => (string)item!["Id"]!).Order());
        Assert.Equal("console-1", (string)Assert.Single((await server.Client.ReadAsync("/api/console/items?q=zeb quix")).Json.AsArray())!["Id"]!);
        (await server.Client.ReadAsync("/api/console/items?q=nosuchword")).Is("[]");
        (await server.Client.ReadAsync("/api/console/items/none")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_ByTheirNames_HaveTheTitlesOfTheirItems()
    {
        await server.Client.PostAsync("/api/item", """{"ItemId":"console-4","Timestamp":"2026-01-31","Comment":"The Newest"}""");
        var lists = (await server.Client.ReadAsync("/api/console/lists")).Json.AsArray().Select(list => ((string)list!["Name"]!, (string?)list["Window"])).ToList();

        Assert.Equal([("popular", null), ("latest", null)], lists.Take(2));
        Assert.Equal([("trending", "1h"), ("trending", "1d"), ("trending", "1w")], lists.Where(list => list.Item1 == "trending"));
        Assert.Contains((await server.Client.ReadAsync("/api/console/lists/latest")).Json.AsArray(), item => (string)item!["Id"]! == "console-4" && (string)item["Name"]! == "The Newest");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.ReadAsync("/api/console/lists/trending?window=1h")).Status);
        (await server.Client.ReadAsync("/api/console/lists/trending?window=2h")).IsProblem(HttpStatusCode.NotFound);
        (await server.Client.ReadAsync("/api/console/lists/none")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task User_WhoActed_HasTheHistoryByTitleAndIsFoundByABeginning()
    {
        await server.Client.PostAsync("/api/item", """{"ItemId":"console-3","Comment":"A Title"}""");
        await server.Client.PostAsync("/api/user", """{"UserId":"console-user-1"}""");
        await server.Client.PostAsync("/api/feedback", """[{"FeedbackType":"like","UserId":"console-user-1","ItemId":"console-3"}]""");

        var history = (await server.Client.ReadAsync("/api/console/users/console-user-1")).Json["History"]!.AsArray();

        Assert.Equal(("console-3", "A Title"), ((string)history.Single()!["Id"]!, (string)history.Single()!["Name"]!));
        (await server.Client.ReadAsync("/api/console/users?q=console-user")).Is("""["console-user-1"]""");
    }

    [Fact]
    public async Task Events_Watched_TellTheStateAndTheSilos()
    {
        using var stream = new StreamReader(await server.Client.GetStreamAsync("/api/console/events", TestContext.Current.CancellationToken));

        Assert.Equal("event: status", await stream.ReadLineAsync(TestContext.Current.CancellationToken));
        var status = System.Text.Json.Nodes.JsonNode.Parse((await stream.ReadLineAsync(TestContext.Current.CancellationToken))!["data: ".Length..])!;

        Assert.True((bool)status["Ready"]!);
        Assert.Equal("Active", (string)Assert.Single(status["Silos"]!.AsArray())!["Status"]!);
    }
}
