using System.Collections.Concurrent;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Reference;

namespace RecActors;

public sealed class ReadYourWritesTests(TrainedSample sample)
{
    private const int Pairs = 9_000;
    private const int ComparedPairs = 1_000;
    private const int Clients = 8;
    private const int Users = 700;
    private const int AnswerLength = 10;

    [Fact]
    public async Task Recommend_AfterAcknowledgement_SeesTheActionAndScoresItAsTheJournalSays()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        var compared = new List<(string User, Answer Answer)>();
        await using (var server = await ServerProcess.ServeAsync(folder.Path, token))
        {
            using var site = new ApiClient(server.Address);
            var items = await SampleItems.OfAsync(site, token);
            // One at a time and first: concurrent users' actions are counted in an order that only nearly is the journal's, and
            // recent popularity depends on the order.
            var ordered = new Random(Clients);
            for (var pair = 0; pair < ComparedPairs; pair++)
            {
                var (user, acknowledged, answer) = await ActAndAskAsync(site, items, ordered, token);
                Assert.True(answer.UserVersion >= acknowledged, user);
                compared.Add((user, answer));
            }

            var stale = new ConcurrentBag<string>();
            await Parallel.ForAsync(0, Clients, token, async (client, cancellation) =>
            {
                var random = new Random(client);
                for (var pair = 0; pair < Pairs / Clients; pair++)
                {
                    var (user, acknowledged, answer) = await ActAndAskAsync(site, items, random, cancellation);
                    if (answer.UserVersion < acknowledged)
                    {
                        stale.Add($"{user}: acknowledged {acknowledged}, answered from {answer.UserVersion}");
                    }
                }
            });
            Assert.Empty(stale);

            Assert.Equal(0, await server.StopAsync());
        }

        await CompareAsync(folder.Path, compared, token);
    }

    private static async Task<(string User, long Acknowledged, Answer Answer)> ActAndAskAsync(
        ApiClient site, SampleItems items, Random random, CancellationToken cancellationToken)
    {
        var user = $"{1 + random.Next(Users)}";
        var acknowledged = await site.PostFeedbackAsync(cancellationToken, new FeedbackJson("like", user, items.Next(random)));
        Assert.True(acknowledged > 0);
        return (user, acknowledged, await site.RecommendAsync(user, AnswerLength, cancellationToken));
    }

    private static async Task CompareAsync(string folder, List<(string User, Answer Answer)> compared, CancellationToken cancellationToken)
    {
        await using var replay = await OfflineReplay.OpenAsync(folder, compared[0].Answer.ModelVersion, cancellationToken);
        var pending = new Queue<(string User, Answer Answer)>(compared);
        await foreach (var record in replay.JournalAsync(cancellationToken))
        {
            var version = replay.Apply(record);
            if (pending.TryPeek(out var next) && next.User == record.UserId && next.Answer.UserVersion == version)
            {
                pending.Dequeue();
                var expected = await replay.RecommendAsync(
                    next.Answer.ModelVersion, next.User, AnswerLength, next.Answer.Timestamp, cancellationToken);
                AnswerAssert.Equal(expected, next.Answer, $"user {next.User} at version {version}");
            }
        }

        Assert.Empty(pending);
    }
}
