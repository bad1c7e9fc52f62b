using RecActors.Api;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Processes;
using RecActors.Protocols;
using RecActors.Ranking;
using RecActors.Reference;
using RecActors.Served;
using RecActors.Storage;
using RecActors.Training;

namespace RecActors.Evaluation;

/// <summary>A list that the evaluation counts is the list that the server answers: same bundle, same journal, same moment.</summary>
public sealed class ServedAndEvaluatedTests(TrainedSample sample)
{
    private const int Length = 20;
    private static readonly string[] Users = [.. Enumerable.Range(0, 20).Select(place => $"{1 + (place * 30)}")];

    [Fact]
    public async Task Rank_SameHistoryAndBundle_IsTheServedList()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        var served = new Dictionary<string, Answer>();
        await using (var server = await ServerProcess.ServeAsync(folder.Path, token))
        {
            using var site = new ApiClient(server.Address);
            foreach (var user in Users)
            {
                served.Add(user, await site.RecommendAsync(user, Length, token));
            }

            Assert.Equal(0, await server.StopAsync());
        }

        await using var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = folder.Path });
        var bundle = BundleCodec.Decode(await storage.Bundles.LoadAsync(served[Users[0]].ModelVersion, token));
        var set = await SetOfAsync(storage, token);
        var all = Enumerable.Range(0, set.Events.Count).ToArray();
        bool IsTrained(int index) => set.Events.Position[index] <= bundle.Manifest.JournalCut;
        var plan = new EvaluationPlan("served", set, [.. all.Where(IsTrained)], [], []);
        var replay = new ServedReplay(bundle, plan, UserHistory.DefaultWindow, new RankingOptions(), new ItemStatisticsOptions(), token);

        // The demo acts a little after its training: the server has counted that live.
        foreach (var index in all.Where(index => !IsTrained(index)))
        {
            replay.Observe(index);
        }

        foreach (var (userId, answer) in served)
        {
            var user = set.UserIds.ToList().IndexOf(userId);
            var seen = SeenRows.Of(all.Where(index => set.Events.User[index] == user).Select(index => set.Events.Item[index]));
            var evaluated = replay.Answer(new(user, answer.Timestamp.ToUnixTimeMilliseconds(), Length, seen));
            AnswerAssert.Equal(evaluated, answer, $"user {userId}");
        }
    }

    private static async Task<TrainingSet> SetOfAsync(EmbeddedStorage storage, CancellationToken cancellationToken)
    {
        var builder = new TrainingSetBuilder(FeedbackPolicy.Default);
        await foreach (var change in storage.Catalog.ReadChangesAsync(0, cancellationToken))
        {
            if (change.Item is { } item)
            {
                builder.AddItem(item);
            }
        }

        var head = await storage.Journal.GetHeadAsync(cancellationToken);
        await foreach (var record in storage.Journal.ReadRangeAsync(JournalPosition.Start, head, cancellationToken))
        {
            builder.Add(record);
        }

        return builder.Build();
    }
}
