using RecActors.Catalog;
using RecActors.Training;

namespace RecActors.Ratings;

/// <summary>One observed rating.</summary>
public readonly record struct Rating(string UserId, string ItemId, float Value);

/// <summary>
/// Ratings as columns, each pair of user and item once, and what is known of the items. Users and items are numbered by first
/// appearance. Immutable.
/// </summary>
public sealed class RatingData
{
    private RatingData(int[] users, int[] items, float[] values, int userCount, IReadOnlyList<ItemRecord?> records)
    {
        Users = users;
        Items = items;
        Values = values;
        UserCount = userCount;
        Records = records;
    }

    /// <summary>Number of ratings.</summary>
    public int Count => Values.Length;

    /// <summary>Number of users.</summary>
    public int UserCount { get; }

    /// <summary>Number of items that somebody rated.</summary>
    public int ItemCount => Records.Count;

    /// <summary>False when all ratings are equal: then they say only who chose what.</summary>
    public bool HasValues => Values.AsSpan().ContainsAnyExcept(Values.Length > 0 ? Values[0] : 0);

    /// <summary>User index of each rating.</summary>
    internal int[] Users { get; }

    /// <summary>Item index of each rating.</summary>
    internal int[] Items { get; }

    /// <summary>Value of each rating.</summary>
    internal float[] Values { get; }

    /// <summary>What is known of the items, by item index; null for nothing.</summary>
    internal IReadOnlyList<ItemRecord?> Records { get; }

    /// <summary>Ratings and records of items. Of two ratings of a pair the later counts; records of items that nobody rated are left out.</summary>
    /// <exception cref="ArgumentException">A rating is not a finite number.</exception>
    public static RatingData Of(IEnumerable<Rating> ratings, IEnumerable<ItemRecord> records)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        ArgumentNullException.ThrowIfNull(records);
        var (users, items, rows) = (new Dictionary<string, int>(), new Dictionary<string, int>(), new Dictionary<(int User, int Item), int>());
        var values = new List<float>();
        foreach (var rating in ratings)
        {
            if (!float.IsFinite(rating.Value))
            {
                throw new ArgumentException($"User {rating.UserId} rates item {rating.ItemId} with {rating.Value}, which is not a finite number.", nameof(ratings));
            }

            var pair = (Number(users, rating.UserId), Number(items, rating.ItemId));
            if (rows.TryGetValue(pair, out var row))
            {
                values[row] = rating.Value;
            }
            else
            {
                rows.Add(pair, values.Count);
                values.Add(rating.Value);
            }
        }

        var known = new ItemRecord?[items.Count];
        foreach (var record in records)
        {
            if (items.TryGetValue(record.ItemId, out var item))
            {
                known[item] = record;
            }
        }

        // A dictionary without removals lists its entries in the order in which they came.
        return new([.. rows.Keys.Select(pair => pair.User)], [.. rows.Keys.Select(pair => pair.Item)], [.. values], users.Count, known);
    }

    /// <summary>The values of a training set's events, of whatever type, and its items.</summary>
    /// <inheritdoc cref="Of(IEnumerable{Rating}, IEnumerable{ItemRecord})" path="/exception"/>
    public static RatingData Of(TrainingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var events = set.Events;
        return Of(
            Enumerable.Range(0, events.Count).Select(row => new Rating(set.UserIds[events.User[row]], set.ItemIds[events.Item[row]], events.Value[row])),
            set.Items.OfType<ItemRecord>());
    }

    /// <summary>
    /// The same pairs as clicks: each a 1, and beside it a 0 on an item drawn evenly from those that the user has no rating of. A user who
    /// has nearly everything gets as many zeros as there are other items. Only items that somebody chose are drawn.
    /// </summary>
    public RatingData WithSampledNegatives(int seed)
    {
        var random = new Random(seed);
        var (users, items) = (Users.ToList(), Items.ToList());
        foreach (var own in Enumerable.Range(0, Count).GroupBy(row => Users[row]))
        {
            var chosen = own.Select(row => Items[row]).ToHashSet();
            for (var left = Math.Min(chosen.Count, ItemCount - chosen.Count); left > 0;)
            {
                var item = random.Next(ItemCount);
                if (chosen.Add(item))
                {
                    users.Add(own.Key);
                    items.Add(item);
                    left--;
                }
            }
        }

        var values = new float[users.Count];
        values.AsSpan(0, Count).Fill(1);
        return new([.. users], [.. items], values, UserCount, Records);
    }

    private static int Number(Dictionary<string, int> numbers, string id)
    {
        if (!numbers.TryGetValue(id, out var number))
        {
            numbers.Add(id, number = numbers.Count);
        }

        return number;
    }
}
