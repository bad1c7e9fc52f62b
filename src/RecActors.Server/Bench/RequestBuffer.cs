using System.Buffers;
using System.Globalization;
using System.Text;

namespace RecActors.Bench;

/// <summary>Builds the bytes of one request after the other in memory that is used again. Not thread-safe.</summary>
internal sealed class RequestBuffer(string host)
{
    private readonly byte[] _tail = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {host}\r\n");
    private readonly ArrayBufferWriter<byte> _request = new(1024);
    private readonly ArrayBufferWriter<byte> _body = new(4096);

    /// <summary>The body of the next <see cref="Post"/>: to be written before it.</summary>
    public RequestBuffer StartBody()
    {
        _body.ResetWrittenCount();
        return this;
    }

    public RequestBuffer Body(ReadOnlySpan<byte> bytes)
    {
        _body.Write(bytes);
        return this;
    }

    public RequestBuffer Body(long number)
    {
        number.TryFormat(_body.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        _body.Advance(written);
        return this;
    }

    public ReadOnlyMemory<byte> Get(ReadOnlySpan<byte> path, ReadOnlySpan<byte> id = default, ReadOnlySpan<byte> query = default)
    {
        Start("GET "u8, path, id, query);
        _request.Write("\r\n"u8);
        return _request.WrittenMemory;
    }

    public ReadOnlyMemory<byte> Post(ReadOnlySpan<byte> path, ReadOnlySpan<byte> contentType)
    {
        Start("POST "u8, path, default, default);
        _request.Write("Content-Type: "u8);
        _request.Write(contentType);
        _request.Write("\r\nContent-Length: "u8);
        _body.WrittenCount.TryFormat(_request.GetSpan(12), out var written, default, CultureInfo.InvariantCulture);
        _request.Advance(written);
        _request.Write("\r\n\r\n"u8);
        _request.Write(_body.WrittenSpan);
        return _request.WrittenMemory;
    }

    private void Start(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, ReadOnlySpan<byte> id, ReadOnlySpan<byte> query)
    {
        _request.ResetWrittenCount();
        _request.Write(method);
        _request.Write(path);
        _request.Write(id);
        _request.Write(query);
        _request.Write(_tail);
    }
}
