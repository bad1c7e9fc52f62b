using System.Globalization;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>A valid action, its user, and where in the request it stood.</summary>
/// <param name="Place">Where in the request it stood.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Action">What was done.</param>
/// <param name="RecommendationId">The answer that it names; null for none.</param>
/// <param name="IsNamedHere">Whether its event id was minted for this request, so that nobody can have delivered it before.</param>
internal readonly record struct PlacedAction(Place Place, string UserId, FeedbackAction Action, string? RecommendationId = null, bool IsNamedHere = false);

/// <summary>Turns the bodies of one request into actions.</summary>
internal sealed class ActionReader(FeedbackOperation operation, Validation validation)
{
    /// <summary>What no other process has, drawn once: a draw for each request would ask the system each time.</summary>
    private static readonly string Process = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private static long _requests;

    private long _request;
    private int _minted;

    /// <summary>Checks the body, remembering its faults, and makes the action of it.</summary>
    public PlacedAction Read(Place place, in FeedbackFields body, bool userRequired = true)
    {
        validation.Id(place, nameof(body.FeedbackType), body.FeedbackType);
        if (userRequired || !string.IsNullOrEmpty(body.UserId))
        {
            validation.Id(place, nameof(body.UserId), body.UserId);
        }

        validation.Id(place, nameof(body.ItemId), body.ItemId);
        var value = body.Value ?? 0;
        if (!double.IsFinite(value))
        {
            validation.Fault(place, nameof(body.Value), "must be a finite number");
        }

        var timestampMs = validation.Timestamp(place, nameof(body.Timestamp), body.Timestamp, validation.NowMs);
        validation.Comment(place, body.Comment);
        var labels = validation.Labels(place, body.Labels);
        var isNamed = !string.IsNullOrEmpty(body.EventId);
        if (isNamed)
        {
            validation.Id(place, nameof(body.EventId), body.EventId);
        }

        return new PlacedAction(
            place,
            body.UserId ?? "",
            new FeedbackAction(
                operation,
                body.FeedbackType ?? "",
                body.ItemId ?? "",
                value,
                timestampMs,
                isNamed ? body.EventId : MintEventId(),
                string.IsNullOrEmpty(body.Comment) ? null : body.Comment,
                labels),
            string.IsNullOrEmpty(body.RecommendationId) ? null : body.RecommendationId,
            IsNamedHere: !isNamed);
    }

    /// <summary>Minted before the first attempt: all retries of an action carry the same event id.</summary>
    private string MintEventId()
    {
        if (_request == 0)
        {
            _request = Interlocked.Increment(ref _requests);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Process}-{_request}-{_minted++}");
    }
}
