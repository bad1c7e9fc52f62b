using System.Collections.Concurrent;
using System.Net;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Reference;

namespace RecActors;

public sealed class KillNineTests(TrainedSample sample)
{
    private const int Kills = 10;
    private const int Producers = 4;
    private const int BatchSize = 5;
    private const int UsersPerProducer = 20;
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Ingest_KilledTenTimes_KeepsEveryAcknowledgedActionExactlyOnce()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        var random = new Random(9);
        var acknowledged = new ConcurrentDictionary<string, FeedbackJson>(StringComparer.Ordinal);
        var sent = new ConcurrentDictionary<string, FeedbackJson>(StringComparer.Ordinal);
        SampleItems? items = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.ServeAsync(folder.Path, token);
            using var site = new ApiClient(server.Address);
            items ??= await SampleItems.OfAsync(site, token);
            using var producing = CancellationTokenSource.CreateLinkedTokenSource(token);
            var round = kill;
            var producers = Enumerable.Range(0, Producers)
                .Select(producer => ProduceAsync(site, items, round, producer, sent, acknowledged, producing.Token))
                .ToArray();
            await Task.Delay(LongestRun * random.NextDouble(), token);
            await server.KillAsync();
            await producing.CancelAsync();
            await Task.WhenAll(producers);
        }

        // The producers' last words are unacknowledged: they say them again, with the same event ids, until they are heard.
        List<(string User, Answer Answer)> answers;
        await using (var server = await ServerProcess.ServeAsync(folder.Path, token))
        {
            using var site = new ApiClient(server.Address);
            foreach (var batch in sent.Values.GroupBy(action => action.UserId))
            {
                await site.PostFeedbackAsync(token, [.. batch.OrderBy(action => action.EventId, StringComparer.Ordinal)]);
            }

            await AssertExactlyOnceAsync(site, sent.Values, token);
            answers = [];
            foreach (var user in sent.Values.Select(action => action.UserId).Distinct())
            {
                answers.Add((user, await site.RecommendAsync(user, 10, token)));
            }

            Assert.Equal(0, await server.StopAsync());
        }

        Assert.NotEmpty(acknowledged);
        await using var replay = await OfflineReplay.OpenAsync(folder.Path, answers[0].Answer.ModelVersion, token);
        await foreach (var record in replay.JournalAsync(token))
        {
            replay.Apply(record);
        }

        foreach (var (user, answer) in answers)
        {
            AnswerAssert.Equal(await replay.RecommendAsync(answer.ModelVersion, user, 10, answer.Timestamp, token), answer, user);
        }
    }

    private static async Task ProduceAsync(
        ApiClient site,
        SampleItems items,
        int round,
        int producer,
        ConcurrentDictionary<string, FeedbackJson> sent,
        ConcurrentDictionary<string, FeedbackJson> acknowledged,
        CancellationToken cancellationToken)
    {
        var random = new Random((round * Producers) + producer);
        for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
        {
            var user = $"producer-{producer}-{random.Next(UsersPerProducer)}";
            var batch = Enumerable.Range(0, BatchSize)
                .Select(part => new FeedbackJson("read", user, items.Next(random), 1, null, $"{round:D2}-{producer}-{number:D6}-{part}"))
                .ToArray();
            foreach (var action in batch)
            {
                sent[action.EventId!] = action;
            }

            if (!await TryPostAsync(site, batch, cancellationToken))
            {
                return;
            }

            foreach (var action in batch)
            {
                acknowledged[action.EventId!] = action;
            }
        }
    }

    /// <summary>Repeats a batch until it is acknowledged; false when the server has gone.</summary>
    private static async Task<bool> TryPostAsync(ApiClient site, FeedbackJson[] batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await site.PostFeedbackAsync(cancellationToken, batch);
                return true;
            }
            catch (HttpRequestException exception) when (exception.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                // Promised to be retryable.
            }
            catch (Exception exception) when (exception is HttpRequestException { StatusCode: null } or OperationCanceledException or IOException)
            {
                return false;
            }
        }
    }

    /// <summary>Values accumulate: an action that was applied twice would count double.</summary>
    private static async Task AssertExactlyOnceAsync(ApiClient site, ICollection<FeedbackJson> sent, CancellationToken cancellationToken)
    {
        foreach (var user in sent.GroupBy(action => action.UserId))
        {
            var rows = await site.GetAsync<FeedbackRowJson[]>($"/api/user/{user.Key}/feedback", cancellationToken);
            var expected = user.GroupBy(action => action.ItemId).ToDictionary(item => item.Key, item => (double)item.Count());
            Assert.Equal(expected.OrderBy(row => row.Key), rows.ToDictionary(row => row.ItemId, row => row.Value).OrderBy(row => row.Key));
        }
    }

    private sealed record FeedbackRowJson(string ItemId, double Value);
}
