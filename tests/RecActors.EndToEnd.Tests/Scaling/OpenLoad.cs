using System.Diagnostics;
using System.Net;
using RecActors.Api;

namespace RecActors.Scaling;

/// <summary>
/// Questions at a fixed rate, whether or not the ones before have been answered: a server that is slow is not asked less. The sites take turns.
/// </summary>
internal sealed class OpenLoad(ApiClient[] sites, string[] users, int seed)
{
    private const int AskersOfWarmUp = 4;

    private readonly Random _random = new(seed);

    /// <summary>Asks for a while, each question from a user drawn uniformly; returns when all are answered.</summary>
    /// <param name="perSecond">The rate.</param>
    /// <param name="length">For how long.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many were answered and how many refused, and how long the slowest in a hundred took at least.</returns>
    public async Task<(int Answers, int Refusals, TimeSpan P99)> RunAsync(int perSecond, TimeSpan length, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var asked = new List<Task<TimeSpan?>>();
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < length)
        {
            while (asked.Count < elapsed.TotalSeconds * perSecond)
            {
                asked.Add(AskAsync(sites[asked.Count % sites.Length], users[_random.Next(users.Length)], cancellationToken));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }

        var took = (await Task.WhenAll(asked)).OfType<TimeSpan>().Order().ToArray();
        return (took.Length, asked.Count - took.Length, took[took.Length * 99 / 100]);
    }

    /// <summary>
    /// Asks a few questions at a time, the next when one is answered, so that processes that have just started are not asked more than
    /// they can. Counted, not timed: where several silos share the questions, each has to have all its code compiled to its last form.
    /// </summary>
    /// <param name="questions">How many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task WarmUpAsync(int questions, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, AskersOfWarmUp).Select(async asker =>
        {
            var random = new Random(asker);
            for (var question = asker; question < questions; question += AskersOfWarmUp)
            {
                await AskAsync(sites[question % sites.Length], users[random.Next(users.Length)], cancellationToken);
            }
        }));

    /// <summary>How long the answer took; null when the server asks to try again later.</summary>
    private static async Task<TimeSpan?> AskAsync(ApiClient site, string user, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            Assert.NotEmpty(await site.GetAsync<string[]>($"/api/recommend/{user}?n=10", cancellationToken));
            return Stopwatch.GetElapsedTime(started);
        }
        catch (HttpRequestException failure) when (failure.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return null;
        }
    }
}
