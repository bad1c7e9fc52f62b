using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using RecActors.Feedback;
using RecActors.ItemStats;
using RecActors.Numbers;
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

    /// <summary>An action adds to the pairs with the items before it, twice, and to one item's popularity.</summary>
    [Fact]
    public void Statistics_OfAHundredActions_TakeAtMost32BytesAPair()
    {
        const int actions = 100;
        const int pairs = actions * 10;
        var delta = new StatsDelta(
            [.. Enumerable.Range(0, actions).Select(index => $"item-{1_000_000 + index}")],
            new PackedArray<int>(new int[pairs]),
            new PackedArray<int>(new int[pairs]),
            new PackedArray<float>(new float[pairs * 3]),
            new PackedArray<int>(new int[actions]),
            new PackedArray<float>(new float[actions * 2]),
            new PackedArray<long>(new long[actions]));

        var bytes = _serializer.SerializeToArray<object>(new StatsExchange("S127.0.0.1:11111:123456789", 1, null, delta)).Length;

        output.WriteLine($"{bytes / (double)pairs:F1} bytes a pair");
        Assert.True(bytes <= 32 * pairs);
    }

    private void AssertAtMost(int most, object request, object answer)
    {
        var bytes = (Request: _serializer.SerializeToArray(request).Length, Answer: _serializer.SerializeToArray(answer).Length);
        output.WriteLine($"{UserId}: request {bytes.Request} bytes, answer {bytes.Answer} bytes");
        Assert.True(bytes.Request + bytes.Answer + UserId.Length <= most, $"{bytes.Request} + {bytes.Answer} bytes");
    }
}
