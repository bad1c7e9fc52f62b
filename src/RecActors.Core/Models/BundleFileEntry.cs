using System.Security.Cryptography;

namespace RecActors.Models;

/// <summary>A file of a bundle as the manifest lists it: its length, and its SHA-256 in lower-case hexadecimal.</summary>
internal readonly record struct BundleFileEntry(string Name, long Bytes, string Sha256)
{
    public static string Checksum(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
