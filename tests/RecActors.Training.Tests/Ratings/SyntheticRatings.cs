using RecActors.Catalog;

namespace RecActors.Ratings;

/// <summary>Ratings that follow from users' and items' tastes, some noise and the genre.</summary>
internal static class SyntheticRatings
{
    private const int Genres = 4;

    public static RatingData Tastes(int users = 60, int items = 80, double density = .3, int seed = 1, bool attributes = true, bool shuffled = false)
    {
        var random = new Random(seed);
        var (generosity, quality) = (Draw(users, .6), Draw(items, .6));
        var liking = Draw(users * Genres, .8);
        var ratings = new List<Rating>();
        for (var user = 0; user < users; user++)
        {
            for (var item = 0; item < items; item++)
            {
                if (random.NextDouble() < density)
                {
                    var value = 3.5 + generosity[user] + quality[item] + liking[(user * Genres) + (item % Genres)] + (.3 * random.NextDouble());
                    ratings.Add(new($"u{user}", $"i{item}", (float)(Math.Clamp(Math.Round(value * 2), 1, 10) / 2)));
                }
            }
        }

        if (shuffled)
        {
            var values = ratings.Select(rating => rating.Value).ToArray();
            random.Shuffle(values);
            ratings = [.. ratings.Zip(values, (rating, value) => rating with { Value = value })];
        }

        var records = Enumerable.Range(0, attributes ? items : 0)
            .Select(item => new ItemRecord { ItemId = $"i{item}", Categories = [$"genre {item % Genres}"], Comment = $"Item ({1990 + (item % 20)})" });
        return RatingData.Of(ratings, records);

        double[] Draw(int count, double deviation) => [.. Enumerable.Range(0, count).Select(_ => ((random.NextDouble() * 2) - 1) * deviation * Math.Sqrt(3))];
    }
}
