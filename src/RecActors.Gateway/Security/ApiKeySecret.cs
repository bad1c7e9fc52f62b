using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace RecActors.Security;

/// <summary>
/// Makes API keys, and the hashes that are kept of them. A key has 256 random bits, which nobody can guess from its hash however fast
/// that is: a slow password hash would only make every request dearer.
/// </summary>
public static class ApiKeySecret
{
    /// <summary>What every generated key begins with, so that scanners of repositories and logs find lost ones.</summary>
    public const string Prefix = "recactors_";

    /// <summary>The shortest key of somebody else's making that is taken.</summary>
    public const int MinimumLength = 32;

    /// <summary>The longest header that is looked at.</summary>
    internal const int MaximumLength = 512;

    private const int SecretBytes = 32;
    private const int IdBytes = 5;

    /// <summary>A new key.</summary>
    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>A new id, by which a key is named without telling it.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true);

    /// <summary>SHA-256 of a key, in lower-case hexadecimal.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
