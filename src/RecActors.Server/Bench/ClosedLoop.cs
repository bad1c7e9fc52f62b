using System.Net;

namespace RecActors.Bench;

/// <summary>So many connections, each of which asks again as soon as it is answered: what a server does at most.</summary>
internal static class ClosedLoop
{
    /// <param name="server">Whom to ask.</param>
    /// <param name="scripts">What each connection asks.</param>
    /// <param name="length">For how long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What became of the requests, and the time from the first to the last answer.</returns>
    public static Task<(LoadTally Tally, TimeSpan Took)> RunAsync(
        EndPoint server, IReadOnlyList<IRequestScript> scripts, TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        return RunAsync(server, scripts, () => time.GetElapsedTime(started) < length, time, cancellationToken);
    }

    /// <summary>The same, until so many requests are answered.</summary>
    public static Task<(LoadTally Tally, TimeSpan Took)> RunAsync(
        EndPoint server, IReadOnlyList<IRequestScript> scripts, long requests, TimeProvider time, CancellationToken cancellationToken)
    {
        var sent = 0L;
        return RunAsync(server, scripts, () => Interlocked.Increment(ref sent) <= requests, time, cancellationToken);
    }

    private static async Task<(LoadTally Tally, TimeSpan Took)> RunAsync(
        EndPoint server, IReadOnlyList<IRequestScript> scripts, Func<bool> goesOn, TimeProvider time, CancellationToken cancellationToken)
    {
        var tally = new LoadTally();
        var started = time.GetTimestamp();
        await Task.WhenAll(scripts.Select(script => Task.Run(() => AskAsync(script), cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();
        return (tally, time.GetElapsedTime(started));

        async Task AskAsync(IRequestScript script)
        {
            using var wire = new HttpWire(server);
            while (!cancellationToken.IsCancellationRequested && goesOn())
            {
                var request = script.Next();
                var sent = time.GetTimestamp();
                var answer = await wire.ExchangeAsync(request, cancellationToken);
                tally.Add(answer, time.GetElapsedTime(sent), isTimed: script.IsTimed);
                script.Answered(answer);
            }
        }
    }
}
