using RecActors.Catalog;
using RecActors.ItemStats;
using RecActors.Models;
using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>
/// The last answer of a user, given again while it would come out the same: the same question, user version, model and catalog,
/// and no item expired since. What other users do moves the item statistics all the time; for that alone an answer may be as old
/// as <see cref="UserOptions.AnswerReuse"/>.
/// </summary>
internal sealed class LastAnswer(CatalogReplica catalog, ModelHolder models, LiveItemStatistics statistics, UserOptions options)
{
    /// <summary>Longer answers, and those with reasons, are not worth their memory in every active user.</summary>
    private const int MaxKeptItems = 50;

    /// <summary>Ages of items and of popularity are features: an answer is made anew at least this often.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private RecommendQuery? _query;
    private RecommendationAnswer? _answer;
    private string? _labelsJson;
    private long _catalogGeneration;
    private long _statisticsVersion;
    private long _validUntilMs;

    /// <summary>The last answer, if it answers this question now; else null.</summary>
    public RecommendationAnswer? For(RecommendQuery query, long userVersion, string? labelsJson, long nowMs)
    {
        if (_answer is not { } answer
            || answer.UserVersion != userVersion
            || answer.ModelVersion != models.Current.Version
            || _catalogGeneration != catalog.Generation
            || _labelsJson != labelsJson
            || nowMs >= _validUntilMs
            || nowMs < answer.TimestampMs
            || Question(query) != _query)
        {
            return null;
        }

        return _statisticsVersion == statistics.Version || nowMs - answer.TimestampMs < options.AnswerReuse.TotalMilliseconds ? answer : null;
    }

    /// <summary>Gives the last answer no more.</summary>
    public void Forget() => _answer = null;

    /// <summary>Notes what answers depend on beside the user, before one is made.</summary>
    public (long Catalog, long Statistics) Mark() => (catalog.Generation, statistics.Version);

    /// <summary>Keeps an answer for the time being.</summary>
    public void Keep(RecommendQuery query, RecommendationAnswer answer, string? labelsJson, (long Catalog, long Statistics) mark)
    {
        if (query.Explain || query.Exploration > 0 || query.TimestampMs != 0 || answer.Items.Count > MaxKeptItems || options.AnswerReuse <= TimeSpan.Zero)
        {
            return;
        }

        _query = Question(query);
        _answer = answer;
        _labelsJson = labelsJson;
        (_catalogGeneration, _statisticsVersion) = mark;
        _validUntilMs = answer.TimestampMs + (long)MaxAge.TotalMilliseconds;
        foreach (var item in answer.Items)
        {
            if (catalog.TryGetRow(item.ItemId, out var row) && catalog[row]?.ExpiresAtMs is { } expiry)
            {
                _validUntilMs = Math.Min(_validUntilMs, expiry);
            }
        }
    }

    private static RecommendQuery Question(RecommendQuery query) =>
        query.MinimumUserVersion == 0 ? query : query with { MinimumUserVersion = 0 };
}
