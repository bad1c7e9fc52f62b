using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecActors.Hosting;
using RecActors.Processes;
using RecActors.Ranking;

namespace RecActors;

/// <summary>A server gives an answer again without calling the user's actor, as long as it would come out the same and not a moment longer.</summary>
public sealed class AnswersFromMemoryTests
{
    private const string Question = "/api/recommend/ann?n=3";

    // On a busy machine an answer may take longer than it may otherwise be given again for, and is a lesser one, which is not kept.
    private const string Patient = """{"RecActors":{"Users":{"AnswerReuse":"00:10:00"},"Ranking":{"Budget":{"Time":"00:00:00"}}}}""";

    private static readonly RecommendQuery Query = new() { Count = 3 };

    [Fact]
    public async Task Recommend_AskedAgain_ComesFromMemoryUntilSomethingChanges()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new DataFolder();
        using var settings = new DataFolder();
        var configFile = Path.Combine(settings.Path, "settings.json");
        await File.WriteAllTextAsync(configFile, Patient, token);
        var address = ServerProcess.NewAddress();
        await using var app = ServerHost.Build(new ServerSettings
        {
            DataFolder = folder.Path,
            ColdStart = true,
            Urls = address.ToString(),
            ConfigFile = configFile,
            MinimumLogLevel = LogLevel.Warning,
        });
        await app.StartAsync(token);
        using var http = new HttpClient { BaseAddress = address };
        var kept = app.Services.GetRequiredService<IKeptAnswers>();
        await PostAsync("/api/items", Enumerable.Range(0, 8).Select(item => new { ItemId = $"item-{item}" }));
        Assert.Null(kept.Find("ann", Query));

        // Every acknowledged action is in the next answer, whichever way that comes.
        for (var action = 1; action <= 3; action++)
        {
            await PostAsync("/api/feedback", new[] { new { FeedbackType = "like", UserId = "ann", ItemId = $"item-{action}" } });
            Assert.Null(kept.Find("ann", Query));
            var (version, items) = await AskAsync();
            Assert.Equal($"{action}", version);
            Assert.DoesNotContain($"item-{action}", items);

            Assert.Equal(items, kept.Find("ann", Query)!.Answer.Items.Select(item => item.ItemId));
            var (sameVersion, sameItems) = await AskAsync();
            Assert.Equal((version, string.Join(',', items)), (sameVersion, string.Join(',', sameItems)));
        }

        Assert.Null(kept.Find("bob", Query));
        Assert.Null(kept.Find("ann", Query with { Count = 4 }));

        // An item that is hidden, labels of the user, and the user's end.
        var hidden = (await AskAsync()).Items[0];
        await SendAsync(HttpMethod.Patch, $"/api/item/{hidden}", new { IsHidden = true });
        Assert.Null(kept.Find("ann", Query));
        Assert.DoesNotContain(hidden, (await AskAsync()).Items);

        await SendAsync(HttpMethod.Patch, "/api/user/ann", new { Labels = new { country = "NO" } });
        Assert.Null(kept.Find("ann", Query));
        await AskAsync();
        Assert.NotNull(kept.Find("ann", Query));
        await SendAsync(HttpMethod.Delete, "/api/user/ann", null);
        Assert.Null(kept.Find("ann", Query));
        await app.StopAsync(token);

        async Task<(string Version, string[] Items)> AskAsync()
        {
            using var response = await http.GetAsync(new Uri(Question, UriKind.Relative), token);
            response.EnsureSuccessStatusCode();
            return (response.Headers.GetValues("X-User-Version").Single(), (await response.Content.ReadFromJsonAsync<string[]>(token))!);
        }

        Task PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

        async Task SendAsync(HttpMethod method, string path, object? body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: new(System.Text.Json.JsonSerializerDefaults.General)) };
            using var response = await http.SendAsync(request, token);
            response.EnsureSuccessStatusCode();
        }
    }
}
