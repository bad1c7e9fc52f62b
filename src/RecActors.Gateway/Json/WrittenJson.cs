using System.IO.Pipelines;
using System.Net.Mime;
using Microsoft.AspNetCore.Http;

namespace RecActors.Json;

/// <summary>An answer that is JSON already: sent in one piece, with its length.</summary>
internal sealed class WrittenJson(byte[] body) : IResult
{
    /// <summary>How the framework names JSON of its own making.</summary>
    private const string ContentType = $"{MediaTypeNames.Application.Json}; charset=utf-8";

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, body);

    public static Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = body.Length;
        var written = http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : WaitAsync(written);
    }

    private static async Task WaitAsync(ValueTask<FlushResult> written) => await written;
}
