using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Calls;

namespace RecActors.Security;

/// <summary>Keeps <see cref="ApiKeys"/> level with what is stored. The host has started only once they are known.</summary>
internal sealed partial class ApiKeyWatch(
    IGrainFactory grains, ApiKeys keys, ListenAddresses addresses, IOptions<SecurityOptions> options, TimeProvider time, ILogger<ApiKeyWatch> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();

    // One at a time: an answer from before a change must not replace one from after it.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task _following = Task.CompletedTask;

    /// <summary>After everything else has started, since silos are asked; until it has returned, and the keys are known, nobody is let in.</summary>
    /// <exception cref="UnprotectedServerException">Others than this machine could call, and there is no key.</exception>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        while (!await TryReadAsync(cancellationToken))
        {
            await Task.Delay(Pause, time, cancellationToken);
        }

        if (keys.AreNone && !options.Value.AllowOpen && addresses.FirstExposed() is { } address)
        {
            throw new UnprotectedServerException(address);
        }

        _following = FollowAsync(_stopping.Token);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads now, after a change that was made here.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            keys.Set(await ReadAsync(cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _turn.Dispose();
    }

    private async Task<ApiKeyListing> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = grains.GetGrain<IApiKeysGrain>(AnySilo.Key);
        var listing = await stored.ListAsync(cancellationToken).WaitAsync(AttemptTimeout, time, cancellationToken);
        if (listing.CookieSecret is null)
        {
            var secret = await stored.EnsureCookieSecretAsync(CookieProtection.NewSecret(), cancellationToken).WaitAsync(AttemptTimeout, time, cancellationToken);
            listing = listing with { CookieSecret = secret };
        }

        return listing;
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.Value.Refresh, time, cancellationToken);
            await TryReadAsync(cancellationToken);
        }
    }

    /// <summary>A cluster that does not answer leaves the keys as they were: it answers nothing else either.</summary>
    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnread(failure.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The API keys could not be read: {Reason}")]
    private partial void LogUnread(string reason);
}

/// <summary>A start that would let anybody in who reaches the machine; the message says what to do.</summary>
public sealed class UnprotectedServerException(string address) : Exception(
    $"There is no API key yet, so whoever reaches {address} could read and change everything. Make a key first (recactors keys add --name NAME --scopes admin), " +
    "or listen on this machine only (--urls http://127.0.0.1:8088), or say that something else guards this address: RecActors:Security:AllowOpen=true.");
