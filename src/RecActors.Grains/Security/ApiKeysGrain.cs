using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Storage;
using RecActors.Hosting;

namespace RecActors.Security;

[GrainType(TypeName)]
[StatelessWorker(1)]
internal sealed class ApiKeysGrain([FromKeyedServices(GrainStorageNames.State)] IGrainStorage storage) : Grain, IApiKeysGrain
{
    /// <summary>The stored identity of the keys: never change it.</summary>
    public const string TypeName = "api-keys";

    private readonly StoredApiKeys _keys = new(storage);

    public Task<ApiKeyListing> ListAsync(CancellationToken cancellationToken) => _keys.ListAsync();

    public Task<bool> AddAsync(ApiKeyRecord key, CancellationToken cancellationToken) => _keys.AddAsync(key);

    public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken) => _keys.RevokeAsync(id);

    public Task<string> EnsureCookieSecretAsync(string candidate, CancellationToken cancellationToken) => _keys.EnsureCookieSecretAsync(candidate);

    public Task RenewCookieSecretAsync(string secret, CancellationToken cancellationToken) => _keys.RenewCookieSecretAsync(secret);
}
