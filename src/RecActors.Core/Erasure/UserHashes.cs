using System.Security.Cryptography;
using System.Text;

namespace RecActors.Erasure;

/// <summary>
/// Ids of erased users as HMAC-SHA-256 (RFC 2104) under a key of the installation: whoever has the hashes without the key cannot
/// even try ids. Sixteen bytes of it: two of a billion users share one with a probability of 10⁻²¹. Thread-safe.
/// </summary>
public sealed class UserHashes(ReadOnlyMemory<byte> key)
{
    /// <summary>Bytes of a new key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 16;

    private readonly byte[] _key = key.ToArray();

    /// <summary>A random key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>The hash of a user's id.</summary>
    public byte[] Of(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);

        // Unicode units, not UTF-8: two ids that differ in broken surrogates only must not share a hash.
        return HMACSHA256.HashData(_key, Encoding.Unicode.GetBytes(userId))[..HashBytes];
    }
}
