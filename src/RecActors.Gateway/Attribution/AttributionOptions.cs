using System.ComponentModel.DataAnnotations;

namespace RecActors.Attribution;

/// <summary>Which answers get an id, and what their users' actions count as.</summary>
public sealed class AttributionOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Attribution";

    /// <summary>Whether recommendations carry an id in the header <c>X-Recommendation-Id</c>, and online quality is counted.</summary>
    /// <value>true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Items of an answer that its id names, from the best on. Actions on others are not attributed.</summary>
    /// <value>50: about 350 characters; 128 at most.</value>
    [Range(1, RecommendationId.MaxItems)]
    public int Items { get; set; } = 50;

    /// <summary>How long after an answer actions are attributed to it.</summary>
    /// <value>7 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "90.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Feedback types that are more than a click, separated by commas.</summary>
    /// <value>purchase, buy, order.</value>
    public string ConversionTypes { get; set; } = "purchase,buy,order";

    /// <summary>Feedback types that are no sign of interest, separated by commas: they count as nothing.</summary>
    /// <value>dislike, hide, skip, impression.</value>
    public string IgnoredTypes { get; set; } = "dislike,hide,skip,impression";

    internal static string[] Split(string types) => types.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
