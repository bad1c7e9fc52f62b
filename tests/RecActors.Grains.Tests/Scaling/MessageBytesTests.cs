using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Scaling;

/// <summary>Bytes of the messages that cross between processes for each request: coefficients of docs/scaling.md. Orleans' own headers come on top.</summary>
public sealed class MessageBytesTests(ITestOutputHelper output)
{
    private const string UserId = "user-12345678";
    private const string ItemId = "item-1234567";
    private const long Now = 1_790_000_000_123;

    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    [Fact]
    public void Recommendation_TenItemsAskedFromAnotherProcess_TakesAtMost400Bytes()
    {
        var items = Enumerable.Range(0, 10).Select(index => new RecommendedItem(ItemId, 1.5f + index, "A title of usual length (2026)"));

        AssertAtMost(400, new RecommendQuery { MinimumUserVersion = 50 }, new RecommendationAnswer([.. items], 50, 7, Now));
    }

    [Fact]
    public void Feedback_OneActionSentToAnotherProcess_TakesAtMost250Bytes() =>
        AssertAtMost(
            250,
            new FeedbackBatch([new FeedbackAction(FeedbackOperation.Add, "read", ItemId, 1, Now, "0198a3f2-7c1e-7b6e-8f55-3f1f4a2b9c0d")]),
            new FeedbackReceipt(51, 1));

    /// <summary>Each action goes to a partition and from there to every other silo, with the items that it makes pairs with.</summary>
    [Fact]
    public void Statistics_OfActionsWithTwentyItemsBefore_TakeAtMost128BytesAnAction()
    {
        const int actions = 500;
        const int items = 1_000;
        var random = new Random(1);
        var catalog = new CatalogReplica();
        var rows = Enumerable.Range(0, items).Select(item => catalog.Intern($"item-{1_000_000 + item}")).ToArray();
        var delta = new StatsDelta();
        for (var action = 0; action < actions; action++)
        {
            var before = Enumerable.Range(0, 20).Select(_ => rows[random.Next(items)]).ToArray();
            delta.Add(new ItemAction(rows[random.Next(items)], 1, IsRepeat: false, Now + action), before, Now + action, StatsAction.UnknownPosition);
        }

        var parcel = new StatsParcel("S127.0.0.1:11111:123456789", 1, actions, StatsDeltaCodec.Encode(delta, catalog));
        var bytes = _serializer.SerializeToArray<object>(parcel).Length / (double)actions;

        output.WriteLine($"{bytes:F1} bytes an action");
        Assert.InRange(bytes, 1, 128);
    }

    private void AssertAtMost(int most, object request, object answer)
    {
        var bytes = (Request: _serializer.SerializeToArray(request).Length, Answer: _serializer.SerializeToArray(answer).Length);
        output.WriteLine($"{UserId}: request {bytes.Request} bytes, answer {bytes.Answer} bytes");
        Assert.True(bytes.Request + bytes.Answer + UserId.Length <= most, $"{bytes.Request} + {bytes.Answer} bytes");
    }
}
