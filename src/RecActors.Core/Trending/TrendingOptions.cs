using System.ComponentModel.DataAnnotations;

namespace RecActors.Trending;

/// <summary>The windows of which lists of what is trending are kept, and how much memory they may take.</summary>
public sealed class TrendingOptions : IValidatableObject
{
    internal const string DefaultWindow = "1d";

    /// <summary>An item in a bucket: an entry of a dictionary with its slot, and room to grow.</summary>
    private const int BytesPerItem = 30;

    private static readonly Dictionary<string, TimeSpan> Usual = new(StringComparer.Ordinal)
    {
        ["1h"] = TimeSpan.FromHours(1),
        [DefaultWindow] = TimeSpan.FromDays(1),
        ["1w"] = TimeSpan.FromDays(7),
    };

    /// <summary>The length of each window, by its name.</summary>
    /// <value>1h, 1d and 1w when none is configured.</value>
    public Dictionary<string, TimeSpan> Windows { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Into how many buckets of time a window is cut: it moves on by a bucket.</summary>
    /// <value>12: the last hour in steps of five minutes.</value>
    [Range(1, 1000)]
    public int BucketsPerWindow { get; set; } = 12;

    /// <summary>How many windows before the last one are its base, against which growth is measured.</summary>
    /// <value>7: the last day against the week before it.</value>
    [Range(1, 100)]
    public int BaseWindows { get; set; } = 7;

    /// <summary>Users who must have taken to an item in the window before it can be trending.</summary>
    /// <value>3: one user makes no trend.</value>
    [Range(1, int.MaxValue)]
    public int MinimumUsers { get; set; } = 3;

    /// <summary>Most items counted in a bucket; those with the fewest actions give way. Some 30 bytes each: <see cref="MaxBytes"/>.</summary>
    /// <value>10,000: at most 90 MB for three windows, on a site where ten thousand items are acted on every five minutes.</value>
    [Range(16, 10_000_000)]
    public int MaxItemsPerBucket { get; set; } = 10_000;

    /// <summary>Most bytes that the counts of all windows take.</summary>
    public long MaxBytes => Named.Count * (long)BucketsPerWindow * (1 + BaseWindows) * MaxItemsPerBucket * BytesPerItem;

    internal IReadOnlyDictionary<string, TimeSpan> Named => Windows.Count > 0 ? Windows : Usual;

    /// <summary>The window of lists that name none: a day where there is one, or the first by name.</summary>
    internal string Default => Named.ContainsKey(DefaultWindow) ? DefaultWindow : Named.Keys.Order(StringComparer.Ordinal).First();

    /// <summary>The names of the windows, configured or usual, shortest first.</summary>
    public IReadOnlyList<string> WindowNames() =>
        [.. Named.OrderBy(window => window.Value).ThenBy(window => window.Key, StringComparer.Ordinal).Select(window => window.Key)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, length) in Windows)
        {
            if (length < TimeSpan.FromMinutes(1) || length > TimeSpan.FromDays(366))
            {
                yield return new ValidationResult($"The window {name} of trending items must be of a minute to a year.", [nameof(Windows)]);
            }
        }

        // What is stored of a window is told from others by its length.
        foreach (var same in Windows.GroupBy(window => (long)window.Value.TotalMilliseconds).Where(windows => windows.Count() > 1))
        {
            var names = string.Join(", ", same.Select(window => window.Key).Order(StringComparer.Ordinal));
            yield return new ValidationResult($"The windows {names} of trending items are of the same length: leave one of them.", [nameof(Windows)]);
        }
    }
}
