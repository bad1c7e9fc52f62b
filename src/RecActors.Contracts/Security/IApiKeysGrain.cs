namespace RecActors.Security;

/// <summary>
/// The stored API keys of an installation. A stateless worker: any key does. Every call reads the storage, so that a key which was added
/// or revoked elsewhere, also by the command line beside running silos, is seen by the next one.
/// </summary>
[Alias("recactors.api-keys"), GrainInterfaceType("recactors.api-keys")]
public interface IApiKeysGrain : IGrainWithIntegerKey
{
    [Alias("list")]
    Task<ApiKeyListing> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Stores a key. False when one with this id or this hash is there already.</summary>
    [Alias("add")]
    Task<bool> AddAsync(ApiKeyRecord key, CancellationToken cancellationToken = default);

    /// <summary>Forgets a key. False when there is none with this id.</summary>
    [Alias("revoke")]
    Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>The secret that protects the console's cookies at every gateway: the stored one, or <paramref name="candidate"/>, which is stored, when there is none.</summary>
    [Alias("cookie-secret")]
    Task<string> EnsureCookieSecretAsync(string candidate, CancellationToken cancellationToken = default);

    /// <summary>Puts another secret in the place of the one that protects the console's cookies, which is kept as the one before.</summary>
    [Alias("renew-cookie-secret")]
    Task RenewCookieSecretAsync(string secret, CancellationToken cancellationToken = default);
}

/// <summary>What a key may do. They do not contain each other, except that <see cref="Admin"/> contains all.</summary>
[Flags, GenerateSerializer, Alias("recactors.api-scopes")]
public enum ApiScopes
{
    None = 0,

    /// <summary>Read users, items, feedback and recommendations.</summary>
    Read = 1,

    /// <summary>Write users, items and feedback.</summary>
    Write = 2,

    /// <summary>Read <c>/metrics</c>, and nothing else.</summary>
    Metrics = 4,

    /// <summary>Everything: also models, refits, keys, console and dashboard.</summary>
    Admin = 8,
}

/// <summary>What is stored of a key: never the key itself.</summary>
[GenerateSerializer, Immutable, Alias("recactors.api-key")]
public sealed record ApiKeyRecord
{
    /// <summary>Names the key for people and in limits; no secret.</summary>
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    /// <summary>SHA-256 of the key's UTF-8 bytes, in lower-case hexadecimal.</summary>
    [Id(2)]
    public required string Sha256 { get; init; }

    [Id(3)]
    public ApiScopes Scopes { get; init; }

    /// <summary>Unix milliseconds, UTC.</summary>
    [Id(4)]
    public long CreatedMs { get; init; }

    /// <summary>From when on it is refused, in Unix milliseconds, UTC; null for never.</summary>
    [Id(5)]
    public long? ExpiresMs { get; init; }

    /// <summary>Requests per second that each gateway process answers, with as many at once; null for no limit.</summary>
    [Id(6)]
    public int? RequestsPerSecond { get; init; }

    /// <summary>Requests that each gateway process answers within 24 hours; null for no limit.</summary>
    [Id(7)]
    public int? RequestsPerDay { get; init; }
}

/// <summary>All stored keys, oldest first, and the secret that protects the console's cookies, null before the first gateway has started.</summary>
[GenerateSerializer, Immutable, Alias("recactors.api-key-listing")]
public sealed record ApiKeyListing(
    [property: Id(0)] IReadOnlyList<ApiKeyRecord> Keys,
    [property: Id(1)] string? CookieSecret)
{
    /// <summary>The secret before the last renewal, with which no cookie is read any more; null before the first.</summary>
    [Id(2)]
    public string? PreviousCookieSecret { get; init; }
}
