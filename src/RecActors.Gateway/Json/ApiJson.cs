using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RecActors.Attribution;
using RecActors.Erasure;
using RecActors.Feedback;
using RecActors.Health;
using RecActors.Items;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Requests;
using RecActors.Security;
using RecActors.Training;
using RecActors.Users;
using RecActors.WebConsole;

namespace RecActors.Json;

/// <summary>
/// How bodies are read and written: the Gorse API's names as they stand, matched without regard to case when read;
/// numbers strictly as JSON has them.
/// </summary>
[JsonSerializable(typeof(LiveBody))]
[JsonSerializable(typeof(ReadyBody))]
[JsonSerializable(typeof(FeedbackBody[]))]
[JsonSerializable(typeof(FeedbackRowBody))]
[JsonSerializable(typeof(FeedbackRowBody[]))]
[JsonSerializable(typeof(IAsyncEnumerable<FeedbackRowBody>))]
[JsonSerializable(typeof(DeletedRowBody))]
[JsonSerializable(typeof(FeedbackPageBody))]
[JsonSerializable(typeof(FeedbackReceiptBody))]
[JsonSerializable(typeof(FeedbackStreamBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(SuccessBody))]
[JsonSerializable(typeof(UserBody))]
[JsonSerializable(typeof(UserBody[]))]
[JsonSerializable(typeof(UserPatchBody))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(UserPageBody))]
[JsonSerializable(typeof(UserExportBody))]
[JsonSerializable(typeof(MergeBody))]
[JsonSerializable(typeof(WrittenUsersBody))]
[JsonSerializable(typeof(ErasureStatusBody))]
[JsonSerializable(typeof(ItemBody))]
[JsonSerializable(typeof(ItemBody[]))]
[JsonSerializable(typeof(ItemPatchBody))]
[JsonSerializable(typeof(ItemAnswer))]
[JsonSerializable(typeof(ItemPageBody))]
[JsonSerializable(typeof(ScoreBody[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(RecommendRequestBody))]
[JsonSerializable(typeof(ExplainedAnswerBody))]
[JsonSerializable(typeof(ModelListBody))]
[JsonSerializable(typeof(PromotionBody))]
[JsonSerializable(typeof(OnlineQualityBody[]))]
[JsonSerializable(typeof(RefitBody))]
[JsonSerializable(typeof(RefitStatusBody))]
[JsonSerializable(typeof(NewKeyBody))]
[JsonSerializable(typeof(KeyBody[]))]
[JsonSerializable(typeof(CreatedKeyBody))]
[JsonSerializable(typeof(ConsoleItemBody[]))]
[JsonSerializable(typeof(ConsoleListBody[]))]
[JsonSerializable(typeof(ConsoleItemFactsBody))]
[JsonSerializable(typeof(ConsoleUserBody))]
[JsonSerializable(typeof(LiveStatusBody))]
[JsonSerializable(typeof(ConsoleLoginBody))]
[JsonSerializable(typeof(ConsoleSessionBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    public static ApiJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.Strict,
        // The bodies are never embedded in HTML, so titles stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Wire.Options.GetTypeInfo(typeof(T));

    public static JsonHttpResult<T> Answer<T>(T body, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(body, TypeOf<T>(), statusCode: status);
}
