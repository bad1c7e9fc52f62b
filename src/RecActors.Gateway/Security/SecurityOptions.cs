using System.ComponentModel.DataAnnotations;

namespace RecActors.Security;

/// <summary>Who may call. The keys themselves are stored with the data (<c>recactors keys</c>, <c>/api/keys</c>). Validated when the host starts.</summary>
public sealed class SecurityOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Security";

    private const string Hashes = "^([0-9a-fA-F]{64}( *, *[0-9a-fA-F]{64})*)?$";

    /// <summary>
    /// Whether a server without any key answers everybody also where others than this machine reach it. Meant for networks that something
    /// else guards; once there is a key, this changes nothing.
    /// </summary>
    /// <value>False: without a key only this machine is answered, and a start that would listen elsewhere is refused.</value>
    public bool AllowOpen { get; set; }

    /// <summary>SHA-256 (64 hexadecimal digits, <c>recactors keys generate</c> prints it) of a key with the scope admin, beside the stored ones; several separated by commas.</summary>
    [RegularExpression(Hashes, ErrorMessage = "RecActors:Security:AdminKeySha256 must be 64 hexadecimal digits, or several such separated by commas.")]
    public string AdminKeySha256 { get; set; } = "";

    /// <summary>The same of a key with the scope metrics, which reads <c>/metrics</c> and nothing else.</summary>
    [RegularExpression(Hashes, ErrorMessage = "RecActors:Security:MetricsKeySha256 must be 64 hexadecimal digits, or several such separated by commas.")]
    public string MetricsKeySha256 { get; set; } = "";

    /// <summary>How often a process reads the stored keys: within this time and a moment a key that was added or revoked elsewhere is accepted or refused here.</summary>
    /// <value>2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a login of the console lasts without a request.</summary>
    /// <value>12 hours.</value>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Origins whose pages may call the API from a browser (CORS), such as <c>https://shop.example</c>, separated by commas.</summary>
    /// <value>Empty: none.</value>
    public string CorsOrigins { get; set; } = "";

    internal string[] ReadCorsOrigins() => Split(CorsOrigins);

    internal static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
