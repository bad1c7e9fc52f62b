using Orleans.Storage;

namespace RecActors.Security;

/// <summary>
/// Reads and changes the API keys of an installation where they are stored. Changes are compare-and-set, so that silos and the command
/// line may work on the same storage. Thread-safe.
/// </summary>
public sealed class StoredApiKeys(IGrainStorage storage)
{
    private const int Attempts = 10;

    private static readonly GrainId Id = GrainId.Create(GrainType.Create(ApiKeysGrain.TypeName), GrainIdKeyExtensions.CreateIntegerKey(0));

    public async Task<ApiKeyListing> ListAsync()
    {
        var (state, _) = await ReadAsync();
        return new ApiKeyListing([.. state.Keys], state.CookieSecret) { PreviousCookieSecret = state.PreviousCookieSecret };
    }

    /// <summary>False when a key with this id or this hash is there already.</summary>
    public Task<bool> AddAsync(ApiKeyRecord key) => ChangeAsync(state =>
    {
        if (state.Keys.Exists(known => known.Id == key.Id || known.Sha256 == key.Sha256))
        {
            return false;
        }

        state.Keys.Add(key);
        return true;
    });

    /// <summary>False when there is no such key.</summary>
    public Task<bool> RevokeAsync(string id) => ChangeAsync(state => state.Keys.RemoveAll(key => key.Id == id) > 0);

    /// <summary>The stored secret of the console's cookies; <paramref name="candidate"/> becomes it when there is none.</summary>
    public async Task<string> EnsureCookieSecretAsync(string candidate)
    {
        await ChangeAsync(state =>
        {
            var isNew = state.CookieSecret is null;
            state.CookieSecret ??= candidate;
            return isNew;
        });
        return (await ReadAsync()).State.CookieSecret!;
    }

    /// <summary>Another secret of the console's cookies. Repeated with the same one it does nothing more.</summary>
    public Task RenewCookieSecretAsync(string secret) => ChangeAsync(state =>
    {
        if (state.CookieSecret == secret)
        {
            return false;
        }

        (state.PreviousCookieSecret, state.CookieSecret) = (state.CookieSecret, secret);
        return true;
    });

    /// <summary>Copies everything into an empty storage.</summary>
    public async Task CopyToAsync(IGrainStorage target)
    {
        if (await ReadAsync() is ({ } state, { RecordExists: true }))
        {
            await target.WriteStateAsync(ApiKeysState.Name, Id, new GrainState<ApiKeysState>(state));
        }
    }

    private async Task<(ApiKeysState State, GrainState<ApiKeysState> Stored)> ReadAsync()
    {
        var stored = new GrainState<ApiKeysState>(new ApiKeysState());
        await storage.ReadStateAsync(ApiKeysState.Name, Id, stored);
        return (stored.State ??= new ApiKeysState(), stored);
    }

    /// <summary>Whether <paramref name="change"/> had something to do; then it is stored.</summary>
    private async Task<bool> ChangeAsync(Func<ApiKeysState, bool> change)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (state, stored) = await ReadAsync();
            if (!change(state))
            {
                return false;
            }

            try
            {
                await storage.WriteStateAsync(ApiKeysState.Name, Id, stored);
                return true;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                // Somebody else was faster.
            }
        }
    }
}
