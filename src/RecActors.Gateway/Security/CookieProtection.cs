using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace RecActors.Security;

/// <summary>
/// Encrypts and authenticates what the console's cookies hold, with one secret that all gateways of an installation share: a login at one
/// of them is a login at each. The framework's own key ring is made for files or for one process; two gateways that start together would
/// each make a ring that the other learns of a day later. AES-256-GCM under a key that HKDF derives for each purpose. Thread-safe.
/// </summary>
internal sealed class CookieProtection(ApiKeys keys) : IDataProtectionProvider
{
    private const int KeyBytes = 32;

    public static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    public IDataProtector CreateProtector(string purpose) => new Protector(keys, purpose);

    private sealed class Protector(ApiKeys keys, string purpose) : IDataProtector
    {
        private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
        private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

        // Lengths before the parts: no two chains of purposes give one text.
        public IDataProtector CreateProtector(string inner) => new Protector(keys, $"{purpose.Length}:{purpose}{inner.Length}:{inner}");

        public byte[] Protect(byte[] plaintext)
        {
            var sealedBytes = new byte[NonceBytes + TagBytes + plaintext.Length];
            var nonce = sealedBytes.AsSpan(0, NonceBytes);
            RandomNumberGenerator.Fill(nonce);
            using var cipher = CreateCipher();
            cipher.Encrypt(nonce, plaintext, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
            return sealedBytes;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            var length = protectedData.Length - NonceBytes - TagBytes;
            if (length < 0)
            {
                throw new CryptographicException("Too short.");
            }

            var plaintext = new byte[length];
            using var cipher = CreateCipher();
            cipher.Decrypt(protectedData.AsSpan(0, NonceBytes), protectedData.AsSpan(NonceBytes + TagBytes), protectedData.AsSpan(NonceBytes, TagBytes), plaintext);
            return plaintext;
        }

        private AesGcm CreateCipher()
        {
            var secret = Convert.FromBase64String(keys.CookieSecret ?? throw new CryptographicException("The keys are not known yet."));
            return new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: Encoding.UTF8.GetBytes(purpose)), TagBytes);
        }
    }
}
