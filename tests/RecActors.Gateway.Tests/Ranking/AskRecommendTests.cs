using System.Net;
using RecActors.Hosting;

namespace RecActors.Ranking;

/// <summary>Recommendations with a body.</summary>
public sealed class AskRecommendTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Theory]
    [InlineData("""{"Where":{"Category":"odd"}}""", "1 3 5 7 9")]
    [InlineData("""{"Where":{"And":[{"Category":"odd"},{"Not":{"Label":"size","From":4,"To":8}}]}}""", "1 3 9")]
    [InlineData("""{"where":{"or":[{"label":"name","in":["n2","n3"]},{"items":["{0}-5"]}]}}""", "2 3 5")]
    [InlineData("""{"Where":{"Label":"size","To":3},"Exclude":["{0}-2"]}""", "0 1 3")]
    [InlineData("""{"Exclude":["{0}-0","{0}-1","{0}-2","{0}-3","{0}-4","{0}-5","{0}-6"]}""", "7 8 9")]
    [InlineData("", "0 1 2 3 4 5 6 7 8 9")]
    public async Task Post_Predicates_LeaveExactlyWhatPasses(string body, string expected)
    {
        var name = $"ask-{Guid.NewGuid():N}";
        await PrepareAsync(name);

        var answer = await _client.PostAsync($"/api/recommend/{name}/{name}?n=20", body.Replace("{0}", name, StringComparison.Ordinal));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        Assert.Equal(expected, string.Join(' ', answer.Json.AsArray().Select(id => ((string)id!)[(name.Length + 1)..]).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Post_Boosts_LiftAndBury()
    {
        await PrepareAsync("ask-boost");

        var answer = await _client.PostAsync("/api/recommend/ask-boost/ask-boost?n=20", """
            {"Boosts":[{"Where":{"Label":"size","From":7},"Amount":1.5},{"Where":{"Category":"odd"},"Amount":-4}]}
            """);

        var ids = answer.Json.AsArray().Select(id => (string)id!).ToList();
        Assert.Equal("ask-boost-8", ids[0]);
        Assert.Equal(5, ids.TakeLast(5).Count(id => int.Parse(id[^1..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 1));
    }

    [Fact]
    public async Task Post_Caps_HoldForEveryCategoryAndTheOthersFillUp()
    {
        await PrepareAsync("ask-cap");

        var answer = await _client.PostAsync("/api/recommend/ask-cap/ask-cap?n=7", """{"Caps":{"odd":2}}""");
        var none = await _client.PostAsync("/api/recommend/ask-cap/ask-cap?n=7", """{"Caps":{"*":0}}""");

        var ids = answer.Json.AsArray().Select(id => (string)id!).ToList();
        Assert.Equal(7, ids.Count);
        Assert.Equal(2, ids.Count(id => int.Parse(id[^1..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 1));
        none.Is("[]");
    }

    [Fact]
    public async Task Get_SeveralCategories_AreAllDemanded()
    {
        await PrepareAsync("ask-cats");

        var answer = await _client.ReadAsync("/api/recommend/ask-cats?category=ask-cats&category=odd&n=20");
        var latest = await _client.ReadAsync("/api/latest?category=ask-cats&category=odd&n=20");

        Assert.Equal(5, answer.Json.AsArray().Count);
        Assert.Equal(5, latest.Json.AsArray().Count);
    }

    [Theory]
    [InlineData("""{"Where":{}}""", "Where")]
    [InlineData("""{"Where":{"Category":"a","Not":{"Category":"b"}}}""", "Where")]
    [InlineData("""{"Where":{"And":[{"Category":"a"},null]}}""", "Where.And[1]")]
    [InlineData("""{"Where":{"Category":"a","From":1}}""", "Where")]
    [InlineData("""{"Where":{"Label":"a","In":[]}}""", "Where.In")]
    [InlineData("""{"Boosts":[{"Where":{"Category":"a"},"Amount":11}]}""", "Boosts[0].Amount")]
    [InlineData("""{"Boosts":[{"Amount":1}]}""", "Boosts[0].Where")]
    [InlineData("""{"Caps":{"a":-1}}""", "Caps.a")]
    public async Task Post_Nonsense_IsRefusedByName(string body, string field) =>
        Assert.Equal(field, (string)(await _client.PostAsync("/api/recommend/ask-no", body)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);

    /// <summary>Ten items of a category, every other one odd, with labels.</summary>
    private async Task PrepareAsync(string name) =>
        await _client.PostAsync("/api/items", $"[{string.Join(',', Enumerable.Range(0, 10).Select(number =>
            $$$"""{"ItemId":"{{{name}}}-{{{number}}}","Categories":["{{{name}}}"{{{(number % 2 == 1 ? ",\"odd\"" : "")}}}],"Labels":{"size":{{{number}}},"name":"n{{{number}}}"}}"""))}]");
}
