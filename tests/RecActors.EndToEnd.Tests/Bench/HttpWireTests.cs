using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RecActors.Bench;

public sealed class HttpWireTests
{
    private static readonly ReadOnlyMemory<byte> Request = new RequestBuffer("here").Get("/"u8);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-RecActors-Degraded: popular\r\n\r\nabc", 200, true)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n", 503, false)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, false)]
    public async Task Exchange_AnswerInAnyPieces_IsReadToItsEnd(string answer, int status, bool isDegraded)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeTwiceAsync(listener, answer);
        using var wire = new HttpWire(listener.LocalEndpoint);

        // What is left of the first answer would be taken for the second's.
        Assert.Equal(new WireAnswer(status, isDegraded), await wire.ExchangeAsync(Request, TestContext.Current.CancellationToken));
        Assert.Equal(new WireAnswer(status, isDegraded), await wire.ExchangeAsync(Request, TestContext.Current.CancellationToken));
        await serving;
    }

    [Fact]
    public async Task Exchange_AnswerWithServerTiming_TellsIt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeTwiceAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer-Timing: app;dur=1.250\r\n\r\n");
        using var wire = new HttpWire(listener.LocalEndpoint);

        Assert.Equal(TimeSpan.FromMilliseconds(1.25), (await wire.ExchangeAsync(Request, TestContext.Current.CancellationToken)).InServer);
        await wire.ExchangeAsync(Request, TestContext.Current.CancellationToken);
        await serving;
    }

    [Fact]
    public async Task Exchange_ConnectionCutInTheMiddle_IsNoAnswer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var wire = new HttpWire(listener.LocalEndpoint);
        var exchange = wire.ExchangeAsync(Request, TestContext.Current.CancellationToken);
        using (var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken))
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
        }

        Assert.Equal(WireAnswer.Failed, await exchange);
    }

    private static async Task ServeTwiceAsync(TcpListener listener, string answer)
    {
        using var socket = await listener.AcceptSocketAsync();
        socket.NoDelay = true;
        var buffer = new byte[1024];
        for (var request = 0; request < 2; request++)
        {
            Assert.StartsWith("GET / HTTP/1.1\r\nHost: here\r\n", Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)), StringComparison.Ordinal);
            foreach (var piece in Encoding.ASCII.GetBytes(answer).Chunk(7))
            {
                await socket.SendAsync(piece);
            }
        }
    }
}
