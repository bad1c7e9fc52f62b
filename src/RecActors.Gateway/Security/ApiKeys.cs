using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace RecActors.Security;

/// <summary>
/// The keys that this process accepts: the stored ones as <see cref="ApiKeyWatch"/> read them last, and those of the configuration.
/// Until they were read for the first time nobody is let in. Thread-safe.
/// </summary>
internal sealed class ApiKeys(IOptions<SecurityOptions> options, TimeProvider time)
{
    private readonly ApiKeyRecord[] _configured = [.. Configured(options.Value)];
    private volatile Snapshot? _snapshot;

    /// <summary>Whether it is known that there is no key at all, not even one that has expired.</summary>
    public bool AreNone => _snapshot is { Keys: [] };

    /// <summary>Whether somebody may administer with a key that is not <paramref name="without"/>.</summary>
    public bool HaveAdmin(string? without = null) => _snapshot is { } known && known.Keys.Any(key =>
        key.Id != without && key.Scopes.HasFlag(ApiScopes.Admin) && !IsExpired(key));

    /// <summary>The secret that protects the console's cookies; null until the keys were read.</summary>
    public string? CookieSecret => _snapshot?.CookieSecret;

    /// <summary>The one before it was renewed; null when it never was.</summary>
    public string? PreviousCookieSecret => _snapshot?.PreviousCookieSecret;

    public void Set(ApiKeyListing listing) =>
        _snapshot = new Snapshot([.. _configured.Concat(listing.Keys).Select(record => new ApiKey(record))], listing.CookieSecret, listing.PreviousCookieSecret);

    /// <summary>
    /// The key that a caller presents, or null when it is unknown or has expired. The time that it takes does not depend on how much of
    /// a hash is right, nor on which key it is: every one is compared, in constant time.
    /// </summary>
    public ApiKey? Find(string presented)
    {
        if (presented.Length is 0 or > ApiKeySecret.MaximumLength || _snapshot is not { } known)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(ApiKeySecret.MaximumLength)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(presented, bytes)], hash);
        ApiKey? found = null;
        foreach (var key in known.Keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, key.Hash) ? key : found;
        }

        CryptographicOperations.ZeroMemory(bytes);
        return Valid(found);
    }

    /// <summary>The key with this id, or null when it was revoked or has expired.</summary>
    public ApiKey? ById(string? id) => Valid(_snapshot?.Keys.FirstOrDefault(key => key.Id == id));

    private ApiKey? Valid(ApiKey? key) => key is null || IsExpired(key) ? null : key;

    private bool IsExpired(ApiKey key) => key.IsExpired(time.GetUtcNow().ToUnixTimeMilliseconds());

    private static IEnumerable<ApiKeyRecord> Configured(SecurityOptions options) =>
        Configured(options.AdminKeySha256, ApiScopes.Admin).Concat(Configured(options.MetricsKeySha256, ApiScopes.Metrics));

    private static IEnumerable<ApiKeyRecord> Configured(string hashes, ApiScopes scope) => SecurityOptions.Split(hashes).Select((hash, index) => new ApiKeyRecord
    {
        Id = $"configured-{ApiScopeNames.Of(scope)}-{index}",
        Name = $"{ApiScopeNames.Of(scope)} of the configuration",
        Sha256 = hash,
        Scopes = scope,
    });

    private sealed record Snapshot(ApiKey[] Keys, string? CookieSecret, string? PreviousCookieSecret);
}
