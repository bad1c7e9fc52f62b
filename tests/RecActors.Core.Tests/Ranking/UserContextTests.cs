using RecActors.Catalog;

namespace RecActors.Ranking;

public sealed class UserContextTests
{
    [Fact]
    public void LabelTokensOf_SharedLabelOrCategory_FindsTheItemsTokens()
    {
        var catalog = new CatalogReplica();
        catalog.Apply(new CatalogChange(1, "a", new ItemRecord { ItemId = "a", Categories = ["Comedy"], LabelsJson = """{"lang":"fr"}""" }));

        var tokens = UserContext.LabelTokensOf("""{"likes":["Comedy","Unheard of"],"lang":"fr"}""", catalog.Vocabulary);

        Assert.Equal(["category=Comedy", "lang=fr"], tokens.ToArray().Select(token => catalog.Vocabulary[token]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LabelTokensOf_NoLabels_IsEmpty() =>
        Assert.True(UserContext.LabelTokensOf(null, new TokenVocabulary()).IsEmpty);
}
