using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RecActors.Problems;

namespace RecActors.Requests;

/// <summary>A request's body in pooled memory. Valid until disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 << 10;

    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <exception cref="ProblemException">413: larger than <paramref name="maxBytes"/>.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        TakeOverLimit(request.HttpContext);
        var announced = request.ContentLength ?? FirstBytes;
        ThrowIfOver(announced, maxBytes);
        // An announcement is not trusted with memory: the buffer grows with what arrives.
        var body = new RequestBody((int)Math.Clamp(announced + 1, 256, 256 << 10));
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken)) > 0)
            {
                body._length += read;
                ThrowIfOver(body._length, maxBytes);
                if (body._length == body._buffer.Length)
                {
                    body.Grow();
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The server's own body limit gives way: bodies are limited here, streams by the line.</summary>
    public static void TakeOverLimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private static void ThrowIfOver(long bytes, int maxBytes)
    {
        if (bytes > maxBytes)
        {
            throw new ProblemException(ProblemTypes.TooLarge("body", $"The body is larger than {maxBytes} bytes."));
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
