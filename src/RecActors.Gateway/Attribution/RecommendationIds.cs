using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RecActors.Ranking;
using RecActors.Security;

namespace RecActors.Attribution;

/// <summary>Gives answers their ids and reads them again, with a key that is derived from the installation's secret. Thread-safe.</summary>
internal sealed class RecommendationIds(ApiKeys keys, IOptions<AttributionOptions> options, TimeProvider time)
{
    private const int KeyBytes = 32;

    private volatile Keys? _keys;
    private volatile Keys? _previous;

    /// <summary>The id of an answer that is given now; null where ids are switched off, the answer is empty, or the secret is not known yet.</summary>
    public string? Of(RecommendedList list, string? userId, RecommendationAnswer answer) => Prepare(list, userId, answer) is { } prepared ? Sign(prepared) : null;

    /// <summary>The id of an answer that is given now, and was prepared before; null when it has to be prepared again, since the secret was renewed.</summary>
    public string? Of(PreparedId prepared) => Current()?.Secret == prepared.Secret ? Sign(prepared) : null;

    /// <summary>The part of an answer's ids that is the same whenever it is given; null where there are none, as for <see cref="Of(RecommendedList, string?, RecommendationAnswer)"/>.</summary>
    public PreparedId? Prepare(RecommendedList list, string? userId, RecommendationAnswer answer)
    {
        if (!options.Value.Enabled || answer.Items.Count == 0 || Current() is not { } secret)
        {
            return null;
        }

        var items = new uint[Math.Min(answer.Items.Count, options.Value.Items)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = RecommendationId.ItemOf(answer.Items[i].ItemId);
        }

        var unsigned = new RecommendationId
        {
            List = list,
            ModelVersion = answer.ModelVersion,
            User = userId is null ? RecommendationId.Nobody : secret.UserOf(userId),
            Items = items,
            Propensities = answer.Items[0].Propensity is null ? [] : [.. answer.Items.Take(items.Length).Select(item => item.Propensity ?? 0)],
        };
        return new PreparedId(unsigned.ToBytes(), secret.Signing, secret.Secret);
    }

    /// <summary>With the time of this answer, also where it is one given before: each has an id of its own.</summary>
    private string Sign(PreparedId prepared) => RecommendationId.Sign(prepared.Unsigned, time.GetUtcNow().ToUnixTimeMilliseconds(), prepared.Key);

    /// <summary>What an id says, when this installation has given it to this user, or to a session; else null.</summary>
    public RecommendationId? Read(string id, string userId) =>
        Read(id, userId, Current()) ?? Read(id, userId, Previous());

    private static RecommendationId? Read(string id, string userId, Keys? secret) =>
        secret is not null
        && RecommendationId.Read(id, secret.Signing) is { } known
        && (known.User == RecommendationId.Nobody || known.User == secret.UserOf(userId)) ? known : null;

    /// <summary>What was shown before the secret was renewed is still acted on.</summary>
    private Keys? Previous()
    {
        if (keys.PreviousCookieSecret is not { } secret)
        {
            return null;
        }

        var known = _previous;
        return known?.Secret == secret ? known : _previous = new Keys(secret);
    }

    private Keys? Current()
    {
        if (keys.CookieSecret is not { } secret)
        {
            return null;
        }

        var known = _keys;
        return known?.Secret == secret ? known : _keys = new Keys(secret);
    }

    /// <summary>One key for the signature, another for users: nobody who has ids can tell whose they are by trying names.</summary>
    private sealed class Keys(string secret)
    {
        private readonly byte[] _users = Derived(secret, "recactors recommendation users");

        public string Secret => secret;

        public byte[] Signing { get; } = Derived(secret, "recactors recommendation ids");

        public ulong UserOf(string userId)
        {
            Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(_users, Encoding.UTF8.GetBytes(userId), hash);
            var user = BinaryPrimitives.ReadUInt64LittleEndian(hash);
            return user == RecommendationId.Nobody ? 1 : user;
        }

        private static byte[] Derived(string secret, string purpose) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromBase64String(secret), KeyBytes, info: Encoding.UTF8.GetBytes(purpose));
    }
}

/// <summary>What all ids of an answer have in common, and what signs them. Immutable.</summary>
/// <param name="unsigned">The fields of an id.</param>
/// <param name="key">The key of the signature.</param>
/// <param name="secret">The secret that the key is derived from.</param>
internal sealed class PreparedId(byte[] unsigned, byte[] key, string secret)
{
    public byte[] Unsigned => unsigned;

    public byte[] Key => key;

    public string Secret => secret;
}
