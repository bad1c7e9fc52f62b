using System.Runtime.CompilerServices;
using Orleans.Runtime.Messaging;

namespace RecActors.Hosting;

/// <summary>Waits for what must come to pass in the background; how soon is not a test's business.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <exception cref="TimeoutException">It did not; the message has the condition as it is written.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await PauseAsync(what, limit.Token);
        }
    }

    /// <summary>Repeats a call that fails in a way that may be repeated.</summary>
    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> call, [CallerArgumentExpression(nameof(call))] string what = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception failure) when (MayBeRepeated(failure) && !limit.IsCancellationRequested)
            {
                await PauseAsync(what, limit.Token);
            }
        }
    }

    private static async Task PauseAsync(string what, CancellationToken limit)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"For {Limit} in vain: {what}");
        }
    }

    // A killed silo refuses messages, connections, or says nothing: which one, its callers cannot choose.
    private static bool MayBeRepeated(Exception failure) => failure is Failures.UnavailableException or TimeoutException
        or OrleansMessageRejectionException or SiloUnavailableException or ClientNotAvailableException or ConnectionFailedException;
}
