using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>Whose certificates are believed where the connection is encrypted: the system's authorities, or those of a file instead.</summary>
internal static class RedisTrust
{
    /// <summary>The option that names the file.</summary>
    public const string Option = $"{RedisStorageOptions.Section}:{nameof(RedisStorageOptions.CertificateAuthorityFile)}";

    /// <exception cref="RedisStorageException">The file cannot be used, or nothing is encrypted.</exception>
    public static void Apply(RedisStorageOptions options, ConfigurationOptions connection)
    {
        if (options.CertificateAuthorityFile is not { Length: > 0 } file)
        {
            return;
        }

        if (!connection.Ssl)
        {
            throw new RedisStorageException($"{Option} is set, and the connection string does not ask for TLS: add ssl=true to it.");
        }

        var authorities = Read(file);
        connection.SslClientAuthenticationOptions = host => new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = connection.SslProtocols ?? default,
            CertificateChainPolicy = PolicyOf(authorities),
        };
    }

    private static X509Certificate2Collection Read(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RedisStorageException($"{Option}: {file} cannot be read: {failure.Message}", failure);
        }

        return authorities.Count > 0 ? authorities : throw new RedisStorageException($"{Option}: {file} has no certificate in PEM format.");
    }

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        // Private authorities publish no lists of revoked certificates.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
