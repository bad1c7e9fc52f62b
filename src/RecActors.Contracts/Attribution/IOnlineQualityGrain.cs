namespace RecActors.Attribution;

/// <summary>
/// How good the answers were: what was recommended and what came of it, by list, model and hour. Counts only, no user and no item. One grain, key 0.
/// </summary>
[Alias("recactors.online-quality"), GrainInterfaceType("recactors.online-quality")]
public interface IOnlineQualityGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a gateway's report in. A repeated one changes nothing.</summary>
    [Alias("report")]
    Task ReportAsync(OnlineReport report, CancellationToken cancellationToken = default);

    /// <summary>Everything that is kept, oldest hour first.</summary>
    [Alias("list")]
    Task<IReadOnlyList<OnlineHour>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>Which list an answer was. The numbers cross the wire and are in recommendation ids: never renumber.</summary>
[GenerateSerializer, Alias("recactors.recommended-list")]
public enum RecommendedList : byte
{
    /// <summary>A user's recommendations.</summary>
    Recommend = 0,

    /// <summary>Recommendations to a session.</summary>
    Session = 1,

    /// <summary>The items nearest to a user's interest.</summary>
    CollaborativeFiltering = 2,
}

/// <summary>What a gateway process has seen since its last report.</summary>
/// <param name="Gateway">The process, anew at every start.</param>
/// <param name="Number">The report's number, from 1.</param>
/// <param name="Shown">Answers that were given.</param>
/// <param name="Acted">Actions that named an answer.</param>
[GenerateSerializer, Immutable, Alias("recactors.online-report")]
public sealed record OnlineReport(
    [property: Id(0)] Guid Gateway,
    [property: Id(1)] long Number,
    [property: Id(2)] IReadOnlyList<ShownAnswers> Shown,
    [property: Id(3)] IReadOnlyList<AttributedAction> Acted);

/// <summary>Answers of one list and model within one hour.</summary>
/// <param name="List">The list.</param>
/// <param name="ModelVersion">The model that they were made with.</param>
/// <param name="HourMs">The beginning of the hour, in Unix milliseconds, UTC.</param>
/// <param name="Answers">How many.</param>
/// <param name="Items">How many items were in them together.</param>
[GenerateSerializer, Immutable, Alias("recactors.shown-answers")]
public readonly record struct ShownAnswers(
    [property: Id(0)] RecommendedList List,
    [property: Id(1)] long ModelVersion,
    [property: Id(2)] long HourMs,
    [property: Id(3)] long Answers,
    [property: Id(4)] long Items);

/// <summary>An action on an item of an answer.</summary>
/// <param name="List">The answer's list.</param>
/// <param name="ModelVersion">The answer's model.</param>
/// <param name="ShownMs">When it was answered, in Unix milliseconds, UTC.</param>
/// <param name="Answer">Tells the answer from others.</param>
/// <param name="Rank">The item's place in it, from 1.</param>
/// <param name="IsConversion">Whether it is more than a click.</param>
[GenerateSerializer, Immutable, Alias("recactors.attributed-action")]
public readonly record struct AttributedAction(
    [property: Id(0)] RecommendedList List,
    [property: Id(1)] long ModelVersion,
    [property: Id(2)] long ShownMs,
    [property: Id(3)] ulong Answer,
    [property: Id(4)] int Rank,
    [property: Id(5)] bool IsConversion);

/// <summary>What one hour's answers of a list and a model led to, whenever that was.</summary>
/// <param name="List">The list.</param>
/// <param name="ModelVersion">The model.</param>
/// <param name="HourMs">The beginning of the hour in which they were answered, in Unix milliseconds, UTC.</param>
/// <param name="Answers">Answers given.</param>
/// <param name="Items">Items in them.</param>
/// <param name="Clicks">Items of them acted on, each answer's item once.</param>
/// <param name="Conversions">The same of conversions.</param>
/// <param name="ClickedAnswers">Answers of which an item was acted on.</param>
/// <param name="Ndcg">The sum of the answers' NDCG, with what was acted on as the relevant items; 0 for answers of which nothing was.</param>
[GenerateSerializer, Immutable, Alias("recactors.online-hour")]
public sealed record OnlineHour(
    [property: Id(0)] RecommendedList List,
    [property: Id(1)] long ModelVersion,
    [property: Id(2)] long HourMs,
    [property: Id(3)] long Answers,
    [property: Id(4)] long Items,
    [property: Id(5)] long Clicks,
    [property: Id(6)] long Conversions,
    [property: Id(7)] long ClickedAnswers,
    [property: Id(8)] double Ndcg);
