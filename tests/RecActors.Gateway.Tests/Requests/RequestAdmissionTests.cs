using System.Net;
using RecActors.Hosting;

namespace RecActors.Requests;

public sealed class RequestAdmissionTests(ApiServer server)
{
    private const string Items = "/api/items?n=1";

    [Fact]
    public async Task Request_AboveTheBound_Is503WithoutItsBodyBeingRead_AndProbesAreAnswered()
    {
        using var client = await server.StartGatewayAsync(options => options.MaxConcurrentRequests = 1);
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = client.BaseAddress };
        using var endless = new UnfinishedArray();
        var inFlight = PostAsync(patient, endless);
        await endless.IsRead;

        using var other = new UnfinishedArray();
        using (var refused = await PostAsync(patient, other))
        {
            (await Answer.ReadAsync(refused)).IsProblem(HttpStatusCode.ServiceUnavailable);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.False(other.IsRead.IsCompleted);
        }

        (await client.ReadAsync(Items)).IsProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/health/ready")).Status);

        endless.Finish();
        using var done = await inFlight;
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        while ((await client.ReadAsync(Items)).Status != HttpStatusCode.OK)
        {
            // The answer may arrive before its request has left.
        }
    }

    /// <summary>Sends the body only when the server asks for it.</summary>
    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, UnfinishedArray body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feedback") { Content = body };
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>An empty array whose end is yet to come.</summary>
    private sealed class UnfinishedArray : HttpContent
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public UnfinishedArray() => Headers.ContentType = new("application/json");

        /// <summary>Completes when the server asks for the body.</summary>
        public Task IsRead => _read.Task;

        public void Finish() => _end.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _read.SetResult();
            await stream.WriteAsync("["u8.ToArray());
            await stream.FlushAsync();
            await _end.Task;
            await stream.WriteAsync("]"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
