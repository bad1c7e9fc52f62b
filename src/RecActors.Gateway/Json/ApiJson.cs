using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RecActors.Health;

namespace RecActors.Json;

/// <summary>
/// How bodies are read and written: the Gorse API's names as they stand, matched without regard to case when read;
/// numbers strictly as JSON has them.
/// </summary>
[JsonSerializable(typeof(LiveBody))]
[JsonSerializable(typeof(ReadyBody))]
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
