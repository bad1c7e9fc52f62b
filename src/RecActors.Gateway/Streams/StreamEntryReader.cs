using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;
using StackExchange.Redis;

namespace RecActors.Streams;

/// <summary>
/// Makes an action of an entry: either one field <c>feedback</c> with the JSON of <c>POST /api/feedback</c>, or that object's members as
/// fields. <c>Operation</c> is <c>add</c> where it is absent, or <c>set</c>. Thread-safe.
/// </summary>
internal sealed class StreamEntryReader(IOptions<GatewayOptions> gateway, IOptions<StreamOptions> streams, TimeProvider time)
{
    private const string JsonField = "feedback";
    private const string OperationField = "Operation";

    /// <exception cref="ProblemException">400: what is wrong with the entry.</exception>
    public PlacedAction Read(StreamEntry entry, int index)
    {
        var id = entry.Id.ToString();
        var validation = new Validation(gateway.Value, time.GetUtcNow().ToUnixTimeMilliseconds());
        var body = BodyOf(entry);
        body = body with
        {
            // Of its place in the stream, so that a repeated delivery is recognised and says the same.
            EventId = string.IsNullOrEmpty(body.EventId) ? $"{streams.Value.Key}:{id}" : body.EventId,
            Timestamp = string.IsNullOrEmpty(body.Timestamp) ? TimeOf(id) : body.Timestamp,
        };
        var action = new ActionReader(OperationOf(entry), validation).Read(new Place(index), FeedbackFields.Of(body));
        validation.ThrowIfFaulty();
        return action;
    }

    private FeedbackBody BodyOf(StreamEntry entry)
    {
        if (entry[JsonField] is { IsNull: false } json)
        {
            return JsonBody.ReadObject<FeedbackBody>(((ReadOnlyMemory<byte>)json).Span, gateway.Value);
        }

        return new FeedbackBody
        {
            FeedbackType = entry[nameof(FeedbackBody.FeedbackType)],
            UserId = entry[nameof(FeedbackBody.UserId)],
            ItemId = entry[nameof(FeedbackBody.ItemId)],
            Value = ValueOf(entry[nameof(FeedbackBody.Value)]),
            Timestamp = entry[nameof(FeedbackBody.Timestamp)],
            Comment = entry[nameof(FeedbackBody.Comment)],
            Labels = LabelsOf(entry[nameof(FeedbackBody.Labels)]),
            EventId = entry[nameof(FeedbackBody.EventId)],
            RecommendationId = entry[nameof(FeedbackBody.RecommendationId)],
        };
    }

    /// <summary>Redis makes ids of the time in milliseconds; a producer that makes its own may count from 1, which is no time: then it is now.</summary>
    private static string? TimeOf(string id)
    {
        const int ShortestTime = 12;
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return dash >= ShortestTime ? id[..dash] : null;
    }

    private static RawJson LabelsOf(RedisValue value)
    {
        if (value.IsNullOrEmpty)
        {
            return default;
        }

        try
        {
            using var labels = JsonDocument.Parse((string)value!);
            return labels.RootElement.ValueKind == JsonValueKind.Null ? default : new RawJson(labels.RootElement.GetRawText());
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemTypes.InvalidRequest(nameof(FeedbackBody.Labels), "is not JSON"));
        }
    }

    private static double? ValueOf(RedisValue value) => value.IsNull ? null
        : double.TryParse((string?)value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ProblemException(ProblemTypes.InvalidRequest(nameof(FeedbackBody.Value), "is not a number"));

    private static FeedbackOperation OperationOf(StreamEntry entry) => ((string?)entry[OperationField])?.ToLowerInvariant() switch
    {
        null or "add" => FeedbackOperation.Add,
        "set" => FeedbackOperation.Set,
        _ => throw new ProblemException(ProblemTypes.InvalidRequest(OperationField, "must be add or set")),
    };
}
