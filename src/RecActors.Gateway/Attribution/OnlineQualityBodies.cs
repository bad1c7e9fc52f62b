using RecActors.Requests;

namespace RecActors.Attribution;

/// <summary>What the answers of a list and a model led to.</summary>
/// <param name="List">recommend, session or collaborative-filtering.</param>
/// <param name="ModelVersion">The model; 0 for none.</param>
/// <param name="Answers">Answers given.</param>
/// <param name="Impressions">Items in them.</param>
/// <param name="Clicks">Items of them acted on.</param>
/// <param name="Conversions">Items of them acted on in a way that is more than a click.</param>
/// <param name="ClickThrough">Share of the answers of which an item was acted on.</param>
/// <param name="ConversionRate">Conversions by answers.</param>
/// <param name="Ndcg">Mean NDCG of the answers, with what was acted on as the relevant items.</param>
/// <param name="Hours">The same by the hour of the answer, oldest first.</param>
internal sealed record OnlineQualityBody(
    string List,
    long ModelVersion,
    long Answers,
    long Impressions,
    long Clicks,
    long Conversions,
    double ClickThrough,
    double ConversionRate,
    double Ndcg,
    IReadOnlyList<OnlineHourBody> Hours)
{
    /// <summary>One body for each list and model, the newest model first.</summary>
    public static OnlineQualityBody[] From(IReadOnlyList<OnlineHour> hours) =>
    [
        .. hours.GroupBy(hour => (hour.List, hour.ModelVersion)).OrderByDescending(group => group.Key.ModelVersion).ThenBy(group => group.Key.List).Select(group =>
        {
            var answers = group.Sum(hour => hour.Answers);
            return new OnlineQualityBody(
                OnlineQuality.NameOf(group.Key.List),
                group.Key.ModelVersion,
                answers,
                group.Sum(hour => hour.Items),
                group.Sum(hour => hour.Clicks),
                group.Sum(hour => hour.Conversions),
                Share(group.Sum(hour => hour.ClickedAnswers), answers),
                Share(group.Sum(hour => hour.Conversions), answers),
                Share(group.Sum(hour => hour.Ndcg), answers),
                [.. group.Select(hour => new OnlineHourBody(
                    Timestamps.ToWire(hour.HourMs), hour.Answers, Share(hour.ClickedAnswers, hour.Answers), Share(hour.Conversions, hour.Answers), Share(hour.Ndcg, hour.Answers)))]);
        }),
    ];

    /// <summary>An action may be reported before its answer is: then there is nothing to divide by yet.</summary>
    private static double Share(double part, long whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>An hour of it.</summary>
internal sealed record OnlineHourBody(DateTime Hour, long Answers, double ClickThrough, double ConversionRate, double Ndcg);
