using System.Collections.Concurrent;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Reference;

namespace RecActors;

public sealed class ModelSwapTests(TrainedSample sample)
{
    private const int Swaps = 100;
    private const int Clients = 4;
    private const int Users = 610;
    private const int AnswerLength = 10;

    [Fact]
    public async Task Recommend_WhileTwoModelsSwap_NeverFailsAndNeverMixesThem()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        using var settings = new DataFolder();
        var quickly = Path.Combine(settings.Path, "settings.json");
        await File.WriteAllTextAsync(quickly, """{ "RecActors": { "Training": { "SequenceSeconds": 0 }, "Refit": { "GiveWay": false } } }""", token);
        var answers = new ConcurrentBag<(string User, Answer Answer)>();
        long first;
        await using (var server = await ServerProcess.ServeAsync(folder.Path, token, "--config", quickly))
        {
            using var site = new ApiClient(server.Address);
            first = (await site.GetAsync<ModelsJson>("/api/models", token)).ServingVersion;
            var second = await RefitAsync(site, token);
            Assert.NotEqual(first, second);
            using var swapping = CancellationTokenSource.CreateLinkedTokenSource(token);
            var load = Enumerable.Range(0, Clients).Select(client => AskAsync(site, client, answers, swapping.Token)).ToArray();
            for (var swap = 0; swap < Swaps; swap++)
            {
                var version = swap % 2 == 0 ? first : second;
                var asked = answers.Count;
                await site.PostAsync<PromotionJson>($"/api/models/{version}/promote", new { }, token);
                while (answers.Count < asked + Clients && load.All(client => !client.IsCompleted))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), token);
                }
            }

            await swapping.CancelAsync();
            await Task.WhenAll(load);
            Assert.Equal(0, await server.StopAsync());
            Assert.Equal(2, answers.Select(answer => answer.Answer.ModelVersion).Distinct().Count());
        }

        await using var replay = await OfflineReplay.OpenAsync(folder.Path, first, token);
        await foreach (var record in replay.JournalAsync(token))
        {
            replay.Apply(record);
        }

        foreach (var (user, answer) in answers)
        {
            var expected = await replay.RecommendAsync(answer.ModelVersion, user, AnswerLength, answer.Timestamp, token);
            AnswerAssert.Equal(expected, answer, $"user {user} with model {answer.ModelVersion}");
        }
    }

    /// <summary>Asks until told to stop; any failure fails the test.</summary>
    private static async Task AskAsync(
        ApiClient site, int client, ConcurrentBag<(string User, Answer Answer)> answers, CancellationToken cancellationToken)
    {
        var random = new Random(client);
        while (!cancellationToken.IsCancellationRequested)
        {
            var user = $"{1 + random.Next(Users)}";
            answers.Add((user, await site.RecommendAsync(user, AnswerLength, CancellationToken.None)));
        }
    }

    /// <summary>Trains another version with another seed, so that the two can be told apart.</summary>
    private static async Task<long> RefitAsync(ApiClient site, CancellationToken cancellationToken)
    {
        var status = await site.PostAsync<RefitJson>("/api/refit", new { Promote = false, Force = true, Seed = 2 }, cancellationToken);
        while (status.State is "running" or "Running")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            status = await site.GetAsync<RefitJson>("/api/refit", cancellationToken);
        }

        Assert.True(status.ModelVersion is not null, $"{status.State}: {status.Message}");
        return status.ModelVersion.Value;
    }

    private sealed record ModelsJson(long ServingVersion);

    private sealed record PromotionJson(bool Promoted);

    private sealed record RefitJson(string State, long? ModelVersion, string? Message);
}
