using System.Text;
using CsCheck;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;

namespace RecActors.Feedback;

public sealed class FeedbackJsonTests
{
    private static readonly GatewayOptions Options = new() { MaxBatch = 3 };

    /// <summary>Pieces of bodies, well-formed and not, usual and not.</summary>
    private static readonly Gen<string> Members = Gen.OneOf(
        "\"FeedbackType\":\"like\"", "\"UserId\":\"u1\"", "\"UserId\":\"u2\"", "\"ItemId\":\"i1\"", "\"ItemId\":\"\u4e66\"", "\"ItemId\":\"a\\u0062\"",
        "\"itemid\":\"i2\"", "\"Item\\u0049d\":\"i3\"", "\"Value\":1.5", "\"Value\":1e999", "\"Value\":\"1\"", "\"Value\":null", "\"Value\":1,", "\"Timestamp\":\"2026-01-31T12:00:00Z\"",
        "\"Timestamp\":12", "\"EventId\":\"e\"", "\"Comment\":null", "\"Comment\":\"c\"", "\"Labels\":[{}]", "\"RecommendationId\":\"r\"", "\"UserId\":\"\ud800\"", "\"UserId\"");

    private static readonly Gen<string> Objects = Gen.OneOf(
        Members.Array[0, 6].Select(members => "{" + string.Join(',', members) + "}"),
        Gen.OneOf("null", "[]", "{", "12", "{} {}", " {} "));

    [Fact]
    public void ReadObject_AnyBody_IsWhatTheGeneralReaderMakesOfIt() => Objects.Sample(
        json => Assert.Equal(
            Outcome(() => [FeedbackFields.Of(JsonBody.ReadObject<FeedbackBody>(Bytes(json), new GatewayOptions()))]),
            Outcome(() => [FeedbackJson.ReadObject(Bytes(json), new GatewayOptions())])),
        iter: 3000);

    [Fact]
    public void ReadArray_AnyBody_IsWhatTheGeneralReaderMakesOfIt() =>
        Gen.Select(Objects.Array[0, 4], Gen.OneOf("]", "", "] ]", ",]")).Sample(
            (objects, end) =>
            {
                var json = "[" + string.Join(',', objects) + end;
                Assert.Equal(
                    Outcome(() => [.. JsonBody.ReadArray<FeedbackBody>(Bytes(json), Options).Select(FeedbackFields.Of)]),
                    Outcome(() => [.. FeedbackJson.ReadArray(Bytes(json), Options)]));
            },
            iter: 3000);

    [Fact]
    public void ReadObject_SameItemAgain_IsTheSameText()
    {
        var first = FeedbackJson.ReadObject("""{"ItemId":"i-again","UserId":"u-again"}"""u8, Options);
        var second = FeedbackJson.ReadObject("""{"ItemId":"i-again","UserId":"u-again"}"""u8, Options);

        Assert.Same(first.ItemId, second.ItemId);
        Assert.NotSame(first.UserId, second.UserId);
    }

    [Fact]
    public void Get_AnyTexts_AreThemselves() => Gen.String.Array[0, 50].Sample(texts =>
    {
        // So few places that every text takes another's.
        var cache = new TextCache(capacity: 4);
        foreach (var text in texts)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Assert.Equal(Encoding.UTF8.GetString(utf8), cache.Get(utf8));
        }
    });

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    /// <summary>The fields, or all that the refusal says.</summary>
    private static string Outcome(Func<FeedbackFields[]> read)
    {
        try
        {
            return string.Join('\n', read());
        }
        catch (ProblemException refused)
        {
            return $"{refused.Problem.Status} {refused.Problem.Detail} {string.Join('\n', refused.Problem.Errors ?? [])}";
        }
    }
}
