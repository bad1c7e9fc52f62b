using System.Diagnostics;
using System.Text.Json;
using RecActors.Api;
using RecActors.Architecture;
using RecActors.Processes;

namespace RecActors.Readme;

/// <summary>The script with which docs/migrating-from-gorse.md copies a site's data over the Gorse API, from one server that speaks it to another.</summary>
public sealed class MigrationTests
{
    private static readonly (string Path, string Rows)[] Lists = [("/api/users", "Users"), ("/api/items", "Items"), ("/api/feedback", "Feedback")];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Script_OfTheDocument_CopiesEverythingAndTwiceIsNoMore()
    {
        await SkipOrFailWithoutAsync("bash", "curl", "jq");
        var document = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "migrating-from-gorse.md"), Ct);
        var script = document.Split("```sh\n")[1].Split("```")[0];
        using var from = new DataFolder();
        using var to = new DataFolder();
        await using var old = await ServerProcess.ServeAsync(from.Path, Ct, "--cold-start");
        await using var next = await ServerProcess.ServeAsync(to.Path, Ct, "--cold-start");
        using var source = new ApiClient(old.Address);
        using var target = new ApiClient(next.Address);
        await source.PostAsync<JsonElement>("/api/users", new[] { new { UserId = "ann", Labels = new[] { "a & b" }, Comment = "it's her" } }, Ct);
        await source.PostAsync<JsonElement>("/api/items", new[] { new { ItemId = "1", Categories = new[] { "Comedy" }, Timestamp = "1995-11-22T00:00:00Z", Comment = "Toy Story (1995)" } }, Ct);
        // More than one page of each.
        await source.PostAsync<JsonElement>("/api/feedback", Enumerable.Range(0, 1200).Select(index => new { FeedbackType = "rating", UserId = $"user {index:0000}", ItemId = $"{index}", Value = index % 5, Timestamp = "2026-01-31T12:00:00Z" }), Ct);
        script = script.Replace("http://localhost:8088", old.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("http://localhost:8089", next.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        for (var time = 0; time < 2; time++)
        {
            var (exitCode, output) = await BuildCommand.RunAsync(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]), Ct);
            Assert.True(exitCode == 0, output);
            foreach (var (list, rows) in Lists)
            {
                var (wanted, found) = (await AllOfAsync(source, list, rows), await AllOfAsync(target, list, rows));
                Assert.True(wanted.Count > 1000, $"{list} has {wanted.Count} rows, which are no two pages.");
                Assert.Equal(wanted.Count, found.Count);
                Assert.All(wanted.Zip(found), pair => Assert.True(JsonElement.DeepEquals(pair.First, pair.Second), $"{pair.First} has become {pair.Second}"));
            }
        }
    }

    /// <summary>The build of record may not skip.</summary>
    private static async Task SkipOrFailWithoutAsync(params string[] programs)
    {
        var missing = new List<string>();
        foreach (var program in programs)
        {
            if ((await BuildCommand.RunAsync(new ProcessStartInfo(program, ["--version"]), Ct)).ExitCode != 0)
            {
                missing.Add(program);
            }
        }

        if (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.SkipUnless(missing.Count == 0, $"The script needs {string.Join(", ", missing)}.");
        }

        Assert.Empty(missing);
    }

    private static async Task<List<JsonElement>> AllOfAsync(ApiClient site, string list, string rows)
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        do
        {
            var page = await site.GetAsync<JsonElement>($"{list}?n=1000&cursor={Uri.EscapeDataString(cursor)}", Ct);
            all.AddRange(page.GetProperty(rows).EnumerateArray());
            cursor = page.GetProperty("Cursor").GetString()!;
        }
        while (cursor.Length > 0);
        return all;
    }
}
