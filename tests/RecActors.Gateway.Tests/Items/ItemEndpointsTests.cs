using System.Net;
using RecActors.Hosting;

namespace RecActors.Items;

public sealed class ItemEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Post_Item_IsReadBackAsWritten()
    {
        (await _client.PostAsync("/api/item", """
            {"ItemId":"ie-1","IsHidden":true,"Categories":["Sci-Fi","Film/Noir","Sci-Fi"],"Timestamp":"1997-03-15","ExpiresAt":"2030-01-01T00:00:00Z","Labels":{"year":1997},"Comment":"Gattaca"}
            """)).Is("""{"RowAffected":1}""");

        (await _client.ReadAsync("/api/item/ie-1")).Is(
            """{"ItemId":"ie-1","IsHidden":true,"Categories":["Sci-Fi","Film/Noir"],"Timestamp":"1997-03-15T00:00:00Z","Labels":{"year":1997},"Comment":"Gattaca","ExpiresAt":"2030-01-01T00:00:00Z"}""");
    }

    [Fact]
    public async Task Post_ItemWithNothingButAnId_HasDefaults()
    {
        await _client.PostAsync("/api/item", """{"ItemId":"ie-2"}""");

        (await _client.ReadAsync("/api/item/ie-2")).Is(
            """{"ItemId":"ie-2","IsHidden":false,"Categories":[],"Timestamp":"0001-01-01T00:00:00Z","Labels":null,"Comment":""}""");
    }

    [Fact]
    public async Task Post_ItemsWithOneIdTwice_KeepsTheLast()
    {
        (await _client.PostAsync("/api/items", """[{"ItemId":"ie-7","Comment":"first"},{"ItemId":"ie-7","Comment":"last"}]""")).Is("""{"RowAffected":2}""");

        Assert.Equal("last", (string?)(await _client.ReadAsync("/api/item/ie-7")).Json["Comment"]);
    }

    [Fact]
    public async Task Patch_Item_ChangesTheGivenPartsOnly()
    {
        await _client.PostAsync("/api/item", """{"ItemId":"ie-3","Categories":["a"],"Timestamp":"2020-01-01T00:00:00Z","Comment":"kept"}""");

        (await _client.SendAsync(HttpMethod.Patch, "/api/item/ie-3", """{"IsHidden":true,"Labels":["x"]}""")).Is("""{"RowAffected":1}""");
        (await _client.ReadAsync("/api/item/ie-3")).Is(
            """{"ItemId":"ie-3","IsHidden":true,"Categories":["a"],"Timestamp":"2020-01-01T00:00:00Z","Labels":["x"],"Comment":"kept"}""");
        (await _client.SendAsync(HttpMethod.Patch, "/api/item/ie-nothing", "{}")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Category_PutAndDelete_ChangeOneCategory()
    {
        await _client.PostAsync("/api/item", """{"ItemId":"ie-4","Categories":["a"]}""");

        (await _client.SendAsync(HttpMethod.Put, "/api/item/ie-4/category/b")).Is("""{"RowAffected":1}""");
        (await _client.SendAsync(HttpMethod.Delete, "/api/item/ie-4/category/a")).Is("""{"RowAffected":1}""");
        Assert.Equal("""["b"]""", (await _client.ReadAsync("/api/item/ie-4")).Json["Categories"]!.ToJsonString());
        (await _client.SendAsync(HttpMethod.Put, "/api/item/ie-nothing/category/b")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_Item_IsGone()
    {
        await _client.PostAsync("/api/item", """{"ItemId":"ie-5"}""");

        (await _client.SendAsync(HttpMethod.Delete, "/api/item/ie-5")).Is("""{"RowAffected":1}""");
        (await _client.SendAsync(HttpMethod.Delete, "/api/item/ie-5")).Is("""{"RowAffected":0}""");
        (await _client.ReadAsync("/api/item/ie-5")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task GetAll_ByCursor_VisitsEveryItemOnce()
    {
        (await _client.PostAsync("/api/items", """[{"ItemId":"ie-page-1"},{"ItemId":"ie-page-é"},{"ItemId":"ie-page-3"}]""")).Is("""{"RowAffected":3}""");

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = (await _client.ReadAsync($"/api/items?n=2&cursor={cursor}")).Json;
            seen.AddRange(page["Items"]!.AsArray().Select(item => (string)item!["ItemId"]!));
            cursor = (string)page["Cursor"]!;
        }
        while (cursor.Length > 0);
        Assert.Equal(["ie-page-1", "ie-page-3", "ie-page-é"], seen.Where(id => id.StartsWith("ie-page", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"ItemId":"a/b"}""", "ItemId")]
    [InlineData("""{"ItemId":"i","Categories":["a",""]}""", "Categories[1]")]
    [InlineData("""{"ItemId":"i","Categories":["a",1]}""", "Categories[1]")]
    [InlineData("""{"ItemId":"i","Categories":"a"}""", "Categories")]
    [InlineData("""{"ItemId":"i","IsHidden":"yes"}""", "IsHidden")]
    [InlineData("""{"ItemId":"i","Timestamp":"9999-01-01"}""", "Timestamp")]
    [InlineData("""{"ItemId":"i","ExpiresAt":"never"}""", "ExpiresAt")]
    [InlineData("""{"ItemId":"i","Labels":[1,"a"]}""", "Labels")]
    [InlineData("""{"ItemId":"i","Labels":{"a":1e400}}""", "Labels")]
    [InlineData("""{"ItemId":"i","Labels":"half a character: \ud83d"}""", "Labels")]
    [InlineData("""{"ItemId":"i","Labels":{"\ude00":1}}""", "Labels")]
    [InlineData("""{"ItemId":" "}""", "ItemId")]
    public async Task Post_BadItem_NamesTheFieldAndInAnArrayTheIndex(string item, string field)
    {
        Assert.Equal(field, (string)(await _client.PostAsync("/api/item", item)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);

        var fault = (await _client.PostAsync("/api/items", $$"""[{"ItemId":"ie-6"},{{item}}]""")).IsProblem(HttpStatusCode.BadRequest).Fault;
        Assert.Equal((1, field), ((int)fault["index"]!, (string)fault["field"]!));
        (await _client.ReadAsync("/api/item/ie-6")).IsProblem(HttpStatusCode.NotFound);
    }
}
