namespace RecActors.Security;

/// <summary>The API keys, as stored.</summary>
[GenerateSerializer, Alias("recactors.api-keys-state")]
internal sealed class ApiKeysState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "api-keys";

    /// <summary>Oldest first.</summary>
    [Id(0)]
    public List<ApiKeyRecord> Keys { get; set; } = [];

    [Id(1)]
    public string? CookieSecret { get; set; }

    [Id(2)]
    public string? PreviousCookieSecret { get; set; }
}
