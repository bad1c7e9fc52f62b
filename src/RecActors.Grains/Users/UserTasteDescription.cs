using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>Tells a user's state for people.</summary>
internal static class UserTasteDescription
{
    /// <summary>By how much an item's part in the shares of categories fades with each newer one.</summary>
    private const double ShareDecay = 0.95;

    public static UserTaste Of(UserContext user, long modelVersion, CatalogReplica catalog)
    {
        var items = new List<TasteItem>(user.History.Length);
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        var (share, total) = (1.0, 0.0);
        foreach (var item in user.History.ToArray())
        {
            var record = catalog[item.Row];
            var negative = item.Polarity == Polarity.Negative;
            items.Add(new TasteItem(catalog.IdOf(item.Row), record?.Comment, negative ? -item.Weight : item.Weight, item.TimestampMs));
            if (!negative)
            {
                total += share * item.Weight;
                foreach (var category in record?.Categories ?? [])
                {
                    shares[category] = shares.GetValueOrDefault(category) + (share * item.Weight);
                }
            }

            share *= ShareDecay;
        }

        return new UserTaste(
            user.UserId,
            user.UserVersion,
            modelVersion,
            items,
            [.. shares.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new TasteCategory(pair.Key, (float)(pair.Value / total)))],
            user.Interest?.Embeddings is [var first, ..] ? first : []);
    }
}
