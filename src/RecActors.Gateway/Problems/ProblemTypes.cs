using Microsoft.AspNetCore.Http;

namespace RecActors.Problems;

/// <summary>The kinds of problems. Their URNs are part of the API: never change one.</summary>
internal static class ProblemTypes
{
    private const string Prefix = "urn:recactors:problem:";

    public static Problem InvalidRequest(IReadOnlyList<FieldError> errors, string? detail = null, long? lastLine = null) => new()
    {
        Type = Prefix + "invalid-request",
        Title = "The request is not valid.",
        Status = StatusCodes.Status400BadRequest,
        Detail = detail ?? Describe(errors),
        Errors = errors,
        LastLine = lastLine,
    };

    public static Problem InvalidRequest(string field, string reason) =>
        InvalidRequest([new FieldError(null, null, null, field, reason)]);

    public static Problem TooLarge(string field, string reason, int? index = null, long? line = null) => new()
    {
        Type = Prefix + "too-large",
        Title = "The request is too large.",
        Status = StatusCodes.Status413PayloadTooLarge,
        Detail = reason,
        Errors = [new FieldError(index, line, null, field, reason)],
    };

    public static Problem NotFound(string detail, IReadOnlyList<FieldError>? errors = null) => new()
    {
        Type = Prefix + "not-found",
        Title = "Not found.",
        Status = StatusCodes.Status404NotFound,
        Detail = detail,
        Errors = errors,
    };

    public static Problem Unauthenticated(string detail) => new()
    {
        Type = Prefix + "unauthenticated",
        Title = "A key is needed.",
        Status = StatusCodes.Status401Unauthorized,
        Detail = detail,
    };

    public static Problem Forbidden(string detail) => new()
    {
        Type = Prefix + "forbidden",
        Title = "Not allowed.",
        Status = StatusCodes.Status403Forbidden,
        Detail = detail,
    };

    public static Problem TooManyRequests(TimeSpan retryAfter, string detail) => new()
    {
        Type = Prefix + "too-many-requests",
        Title = "The key's limit is reached.",
        Status = StatusCodes.Status429TooManyRequests,
        Detail = detail,
        RetryAfter = retryAfter,
    };

    public static Problem Conflict(string detail) => new()
    {
        Type = Prefix + "conflict",
        Title = "The request conflicts with the present state.",
        Status = StatusCodes.Status409Conflict,
        Detail = detail,
    };

    public static Problem Unavailable(TimeSpan retryAfter, string detail) => new()
    {
        Type = Prefix + "unavailable",
        Title = "The service cannot answer now; try again.",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = detail,
        RetryAfter = retryAfter,
    };

    public static Problem Internal() => new()
    {
        Type = Prefix + "internal",
        Title = "The server failed to answer.",
        Status = StatusCodes.Status500InternalServerError,
        Detail = "The fault is logged. If the request wrote something, whether it did is unknown.",
    };

    /// <summary>The problem for an answer that has only a status so far, such as the router's 404 and 405.</summary>
    public static Problem OfStatus(int status, string method, string path) => status switch
    {
        StatusCodes.Status404NotFound => NotFound($"There is no {path}."),
        StatusCodes.Status405MethodNotAllowed => new()
        {
            Type = Prefix + "method-not-allowed",
            Title = "Method not allowed.",
            Status = status,
            Detail = $"{path} does not answer {method}; the header Allow names what it does.",
        },
        _ => new()
        {
            Type = "about:blank",
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            Status = status,
        },
    };

    private static string Describe(IReadOnlyList<FieldError> errors)
    {
        var first = errors[0];
        var place = (first.Index, first.Line, first.Position) switch
        {
            ({ } index, _, _) => $"Entry {index}: ",
            (_, { } line, { } position) => $"Line {line}, byte {position}: ",
            (_, { } line, _) => $"Line {line}: ",
            _ => "",
        };
        var more = errors.Count > 1 ? $" ({errors.Count - 1} more)" : "";
        return $"{place}{first.Field} {first.Reason}{more}.";
    }
}
