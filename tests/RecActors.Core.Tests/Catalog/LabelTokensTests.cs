namespace RecActors.Catalog;

public sealed class LabelTokensTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""["\ud83d"]""")]
    [InlineData("""{"\ude00":"a"}""")]
    public void Parse_NothingThere_NoTokens(string? labels) => Assert.Empty(LabelTokens.Parse(labels));

    [Fact]
    public void Parse_NestedObjectsAndArrays_PathAndValueInDocumentOrder() =>
        Assert.Equal(
            ["genre=Drama", "genre=War", "cast.lead=Hanks", "cast.lead=Sinise", "dubbed=true", "silent=false"],
            LabelTokens.Parse("""{"genre":["Drama","War"],"cast":{"lead":["Hanks","Sinise"]},"dubbed":true,"silent":false}"""));

    [Fact]
    public void Parse_BareStrings_TokensWithoutPath() => Assert.Equal(["=a", "=b"], LabelTokens.Parse("""["a","b"]"""));

    [Fact]
    public void Parse_NumbersNullsAndLongText_LeftOut() =>
        Assert.Equal(["short=" + new string('x', 64)], LabelTokens.Parse(
            $$"""{"price":9.5,"embedding":[0.1,0.2],"gone":null,"empty":"","long":"{{new string('x', 65)}}","short":"{{new string('x', 64)}}"}"""));

    [Theory]
    [InlineData("""{"year":1995}""", 1995)]
    [InlineData("""{"releaseYear":1995,"year":2001}""", 1995)]
    [InlineData("""{"film":{"release_year":1995}}""", 1995)]
    [InlineData("""{"year":"1995"}""", 0)]
    [InlineData("""{"year":19950}""", 0)]
    [InlineData("""{"year":1995.5}""", 0)]
    [InlineData("""{"pages":1995}""", 0)]
    public void Parse_Year_FirstWholeNumberOfThatName(string labels, int expected)
    {
        LabelTokens.Parse(labels, out var year);
        Assert.Equal(expected, year);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("not json")]
    public void Parse_NotJson_NoTokens(string labels) => Assert.Empty(LabelTokens.Parse(labels));

    [Fact]
    public void Parse_NestedTooDeeply_NoTokens() =>
        Assert.Empty(LabelTokens.Parse(string.Concat(Enumerable.Repeat("[", 100)) + "\"a\"" + new string(']', 100)));
}
