using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Problems;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Ranking;

/// <summary>What is to be written back of an answer: as feedback of this type, from its time plus a delay on.</summary>
internal readonly record struct WriteBackParameters(
    [FromQuery(Name = "write-back-type")] string? Type, [FromQuery(Name = "write-back-delay")] string? Delay)
{
    public bool IsWanted => !string.IsNullOrEmpty(Type);

    /// <exception cref="ProblemException">400 naming the parameter.</exception>
    public TimeSpan Read(Validation validation)
    {
        if (IsWanted)
        {
            validation.Id(default, "write-back-type", Type);
        }

        if (string.IsNullOrEmpty(Delay))
        {
            validation.ThrowIfFaulty();
            return TimeSpan.Zero;
        }

        if (!GoDuration.TryParse(Delay, out var delay) || delay < TimeSpan.Zero || delay > MaxDelay)
        {
            validation.Fault(default, "write-back-delay", "must be a duration up to 10 years, such as 24h, 10m or 1h30m");
        }

        validation.ThrowIfFaulty();
        return delay;
    }

    private static TimeSpan MaxDelay { get; } = TimeSpan.FromDays(3653);
}

/// <summary>Writes what was recommended into the user's journal before it is answered: durable, all or nothing, once.</summary>
internal sealed class WriteBack(GrainCalls calls, TimeProvider time)
{
    /// <summary>Writes the items back, unless nobody knows the user: then there is nothing to add to.</summary>
    /// <returns>The user version that contains it, null when nothing was written.</returns>
    public async Task<long?> CommitAsync(
        string userId, RecommendationAnswer answer, string type, TimeSpan delay, HttpContext http)
    {
        if (answer.Items.Count == 0 || (answer.UserVersion == 0 && !await IsKnownAsync(userId, http.RequestAborted)))
        {
            return null;
        }

        var seenFromMs = (time.GetUtcNow() + delay).ToUnixTimeMilliseconds();
        var mint = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var shown = new FeedbackBatch(
        [
            .. answer.Items.Select((item, index) => new FeedbackAction(
                FeedbackOperation.Show, type, item.ItemId, 0, seenFromMs, string.Create(CultureInfo.InvariantCulture, $"{mint}-{index}"))),
        ]);
        var receipt = await calls.InvokeAsync(grains => grains.GetKnownGrain<IUserGrain>(userId).AppendAsync(shown), http.RequestAborted);
        return receipt.UserVersion;
    }

    private Task<bool> IsKnownAsync(string userId, CancellationToken aborted) =>
        calls.InvokeAsync(grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).ContainsAsync(userId), aborted);
}
