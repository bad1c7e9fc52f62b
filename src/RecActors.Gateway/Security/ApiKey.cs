using System.Security.Claims;

namespace RecActors.Security;

/// <summary>A key that this process accepts.</summary>
internal sealed class ApiKey
{
    /// <summary>The claim with the id of the key that a principal called with.</summary>
    public const string IdClaim = "recactors:key";

    private readonly byte[] _hash;
    private readonly long? _expiresMs;

    public ApiKey(ApiKeyRecord record)
    {
        (Id, Name, Scopes, _expiresMs) = (record.Id, record.Name, record.Scopes, record.ExpiresMs);
        (RequestsPerSecond, RequestsPerDay) = (record.RequestsPerSecond, record.RequestsPerDay);
        _hash = Convert.FromHexString(record.Sha256);
    }

    public string Id { get; }

    public string Name { get; }

    public ApiScopes Scopes { get; }

    public int? RequestsPerSecond { get; }

    public int? RequestsPerDay { get; }

    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Who called; the same object for every request, since it never changes.</summary>
    public ClaimsPrincipal Principal => field ??= PrincipalOf(ApiKeyDefaults.Scheme);

    public ClaimsPrincipal PrincipalOf(string scheme) => new(new ClaimsIdentity([new Claim(IdClaim, Id), new Claim(ClaimTypes.Name, Name)], scheme));

    public bool Allows(ApiScopes scope) => (Scopes & (scope | ApiScopes.Admin)) != 0;

    public bool IsExpired(long nowMs) => _expiresMs <= nowMs;
}

/// <summary>Names that clients and the framework know the keys by.</summary>
internal static class ApiKeyDefaults
{
    /// <summary>The authentication scheme of a key in a header.</summary>
    public const string Scheme = "ApiKey";

    /// <summary>The header that Gorse's clients send.</summary>
    public const string Header = "X-API-Key";
}
