using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RecActors.Bench;

/// <summary>
/// What came back on a wire: the status, 0 when the connection failed, whether the answer says that it was made with less, and how long it took by
/// the server's own clock, if it tells.
/// </summary>
internal readonly record struct WireAnswer(int Status, bool IsDegraded, TimeSpan? InServer = null)
{
    public static WireAnswer Failed => default;
}

/// <summary>
/// One kept HTTP/1.1 connection with one request at a time and as little work as possible, so that the load does not take the CPU from
/// what it measures: bytes that are ready are sent, and of the answer only its head and its end are looked at. Connects when needed.
/// Not for concurrent use.
/// </summary>
internal sealed class HttpWire(EndPoint server) : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] Chunked = "chunked"u8.ToArray();

    private byte[] _buffer = new byte[8 << 10];
    private Socket? _socket;
    private int _filled;

    /// <summary>Sends a request and reads its answer to the end.</summary>
    public async ValueTask<WireAnswer> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            var socket = _socket ??= await ConnectAsync(cancellationToken);
            _filled = 0;
            await SendAsync(socket, request, cancellationToken);
            return await ReceiveAsync(socket, cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            Dispose();
            return WireAnswer.Failed;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        while (!request.IsEmpty)
        {
            request = request[await socket.SendAsync(request, cancellationToken)..];
        }
    }

    private async ValueTask<WireAnswer> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        int headLength;
        while ((headLength = _buffer.AsSpan(0, _filled).IndexOf(HeadEnd)) < 0)
        {
            await FillAsync(socket, cancellationToken);
        }

        var head = Head.Read(_buffer.AsSpan(0, headLength));
        var body = headLength + HeadEnd.Length;
        while (!IsComplete(head, _buffer.AsSpan(body, _filled - body)))
        {
            await FillAsync(socket, cancellationToken);
        }

        if (head.Closes)
        {
            Dispose();
        }

        return new WireAnswer(head.Status, head.IsDegraded, head.InServer);
    }

    private async ValueTask FillAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
        _filled += read > 0 ? read : throw new IOException("The server closed the connection.");
    }

    /// <summary>Answers are small and come in one piece nearly always, so looking from the start again costs nothing.</summary>
    private static bool IsComplete(in Head head, ReadOnlySpan<byte> body)
    {
        if (!head.IsChunked)
        {
            return body.Length >= head.ContentLength;
        }

        while (body.IndexOf("\r\n"u8) is >= 0 and var line)
        {
            if (!Utf8Parser.TryParse(body[..line], out int size, out _, 'x'))
            {
                throw new IOException("The answer's chunks cannot be read.");
            }

            var next = line + 2 + size + 2;
            if (body.Length < next)
            {
                return false;
            }

            if (size == 0)
            {
                return true;
            }

            body = body[next..];
        }

        return false;
    }

    /// <summary>What counts of an answer's head.</summary>
    private readonly record struct Head(int Status, int ContentLength, bool IsChunked, bool Closes, bool IsDegraded, TimeSpan? InServer)
    {
        public static Head Read(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < 12 || !Utf8Parser.TryParse(bytes[9..12], out int status, out _))
            {
                throw new IOException("The answer is not HTTP/1.1.");
            }

            var head = new Head(status, 0, false, false, false, null);
            foreach (var range in bytes.Split("\r\n"u8))
            {
                var line = bytes[range];
                if (ValueOf(line, "Content-Length:"u8) is { IsEmpty: false } length && Utf8Parser.TryParse(length, out int count, out _))
                {
                    head = head with { ContentLength = count };
                }
                else if (ValueOf(line, "Transfer-Encoding:"u8) is { IsEmpty: false } encoding)
                {
                    head = head with { IsChunked = Ascii.EqualsIgnoreCase(encoding, Chunked) };
                }
                else if (ValueOf(line, "Connection:"u8) is { IsEmpty: false } connection)
                {
                    head = head with { Closes = Ascii.EqualsIgnoreCase(connection, "close"u8) };
                }
                else if (!ValueOf(line, "X-RecActors-Degraded:"u8).IsEmpty)
                {
                    head = head with { IsDegraded = true };
                }
                else if (ValueOf(line, "Server-Timing:"u8) is { IsEmpty: false } timing
                    && timing.StartsWith("app;dur="u8) && Utf8Parser.TryParse(timing["app;dur=".Length..], out double milliseconds, out _))
                {
                    head = head with { InServer = TimeSpan.FromMilliseconds(milliseconds) };
                }
            }

            return head;
        }

        private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
            line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].Trim((byte)' ') : default;
    }
}
