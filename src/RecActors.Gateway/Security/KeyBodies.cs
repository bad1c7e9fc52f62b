using RecActors.Requests;

namespace RecActors.Security;

/// <summary>A key to be made.</summary>
internal sealed record NewKeyBody
{
    private const int MaxLimit = 1_000_000_000;

    public string? Name { get; init; }

    public string[]? Scopes { get; init; }

    public string? ExpiresAt { get; init; }

    public int? RequestsPerSecond { get; init; }

    public int? RequestsPerDay { get; init; }

    public ApiKeyRecord Read(string secret, Validation validation)
    {
        validation.Id(default, nameof(Name), Name);
        if (!ApiScopeNames.TryParse(Scopes ?? [], out var scopes, out var fault))
        {
            validation.Fault(default, nameof(Scopes), fault!);
        }

        Limit(validation, nameof(RequestsPerSecond), RequestsPerSecond);
        Limit(validation, nameof(RequestsPerDay), RequestsPerDay);
        var expiresMs = validation.Expiry(default, nameof(ExpiresAt), ExpiresAt);
        validation.ThrowIfFaulty();
        return new ApiKeyRecord
        {
            Id = ApiKeySecret.NewId(),
            Name = Name!,
            Sha256 = ApiKeySecret.Hash(secret),
            Scopes = scopes,
            CreatedMs = validation.NowMs,
            ExpiresMs = expiresMs,
            RequestsPerSecond = RequestsPerSecond,
            RequestsPerDay = RequestsPerDay,
        };
    }

    private static void Limit(Validation validation, string field, int? value)
    {
        if (value is < 1 or > MaxLimit)
        {
            validation.Fault(default, field, "must be at least 1");
        }
    }
}

/// <summary>What is told of a key.</summary>
internal sealed record KeyBody(
    string Id, string Name, IReadOnlyList<string> Scopes, DateTime CreatedAt, DateTime? ExpiresAt, int? RequestsPerSecond, int? RequestsPerDay)
{
    public static KeyBody From(ApiKeyRecord key) => new(
        key.Id,
        key.Name,
        ApiScopeNames.List(key.Scopes),
        Timestamps.ToWire(key.CreatedMs),
        key.ExpiresMs is { } expires ? Timestamps.ToWire(expires) : null,
        key.RequestsPerSecond,
        key.RequestsPerDay);
}

/// <summary>A key that was made: the only time that it is told.</summary>
internal sealed record CreatedKeyBody(string Id, string Key);
