using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using RecActors.Feedback;

namespace RecActors.Attribution;

/// <summary>
/// What a recommendation's id says of the answer: whose it was, as a keyed hash; which items at which places, as hashes; which list, model and time;
/// with which probability each item came to its place, where the answer was explored. An action that names the id is attributed without
/// anything having been stored. In base64url: a byte of format, the fields little-endian, and 16 bytes of HMAC-SHA256 over them.
/// </summary>
internal sealed record RecommendationId
{
    /// <summary>Most items that an id names.</summary>
    public const int MaxItems = 128;

    /// <summary>No id is longer, in characters.</summary>
    public const int MaxLength = 1_500;

    /// <summary>Stands for the owner of a session, whom nobody knows.</summary>
    public const ulong Nobody = 0;

    private const byte Format = 1;
    private const int SignatureBytes = 16;
    private const int TimeAt = 10;
    private const int HeaderBytes = 1 + 1 + 8 + 8 + 8 + 1 + 1;
    private const int MaxBytes = HeaderBytes + (MaxItems * 8) + SignatureBytes;

    public RecommendedList List { get; init; }

    public long ModelVersion { get; init; }

    /// <summary>Unix milliseconds, UTC.</summary>
    public long TimestampMs { get; init; }

    /// <summary>The user's keyed hash, or <see cref="Nobody"/>.</summary>
    public ulong User { get; init; }

    /// <summary>Tells the answer from others: of an id that was read, a part of its signature; else 0.</summary>
    public ulong Answer { get; init; }

    /// <summary><see cref="ItemOf"/> of each item, best first.</summary>
    public required uint[] Items { get; init; }

    /// <summary>The probability of each item at its place, given those before it; empty where there was no choice.</summary>
    public float[] Propensities { get; init; } = [];

    /// <summary>How an item is named in an id.</summary>
    public static uint ItemOf(string itemId) => (uint)EventIds.HashOf(itemId);

    /// <summary>The item's place, from 1; 0 when the id does not name it.</summary>
    public int RankOf(string itemId) => Array.IndexOf(Items, ItemOf(itemId)) + 1;

    /// <summary>The id's text.</summary>
    public string Sign(ReadOnlySpan<byte> key) => Sign(ToBytes(), TimestampMs, key);

    /// <summary>The text of an id that is as the given one but for its time.</summary>
    /// <param name="unsigned">What <see cref="ToBytes"/> gave.</param>
    /// <param name="timestampMs">Unix milliseconds, UTC.</param>
    /// <param name="key">The key of the signature.</param>
    public static string Sign(ReadOnlySpan<byte> unsigned, long timestampMs, ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        unsigned.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[TimeAt..], timestampMs);
        var length = unsigned.Length + SignatureOf(bytes[..unsigned.Length], key, bytes[unsigned.Length..]);
        return Base64Url.EncodeToString(bytes[..length]);
    }

    /// <summary>The fields, as they are signed.</summary>
    public byte[] ToBytes()
    {
        var content = new byte[HeaderBytes + ((Items.Length + Propensities.Length) * sizeof(uint))];
        var bytes = content.AsSpan();
        (bytes[0], bytes[1]) = (Format, (byte)List);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[2..], ModelVersion);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[TimeAt..], TimestampMs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[18..], User);
        (bytes[26], bytes[27]) = ((byte)Items.Length, (byte)Propensities.Length);
        var at = HeaderBytes;
        foreach (var item in Items)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], item);
            at += sizeof(uint);
        }

        foreach (var propensity in Propensities)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[at..], propensity);
            at += sizeof(float);
        }

        return content;
    }

    /// <summary>The content of an id, null when it was not signed with the key, or is none at all.</summary>
    public static RecommendationId? Read(string text, ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (text.Length > MaxLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length < HeaderBytes + SignatureBytes)
        {
            return null;
        }

        var signed = bytes[..(length - SignatureBytes)];
        Span<byte> signature = stackalloc byte[SignatureBytes];
        SignatureOf(signed, key, signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, bytes[signed.Length..length])
            || signed[0] != Format || signed.Length != HeaderBytes + ((signed[26] + signed[27]) * sizeof(uint)))
        {
            return null;
        }

        var (items, propensities) = (new uint[signed[26]], new float[signed[27]]);
        var at = HeaderBytes;
        for (var i = 0; i < items.Length; i++, at += sizeof(uint))
        {
            items[i] = BinaryPrimitives.ReadUInt32LittleEndian(signed[at..]);
        }

        for (var i = 0; i < propensities.Length; i++, at += sizeof(float))
        {
            propensities[i] = BinaryPrimitives.ReadSingleLittleEndian(signed[at..]);
        }

        return new RecommendationId
        {
            List = (RecommendedList)signed[1],
            ModelVersion = BinaryPrimitives.ReadInt64LittleEndian(signed[2..]),
            TimestampMs = BinaryPrimitives.ReadInt64LittleEndian(signed[TimeAt..]),
            User = BinaryPrimitives.ReadUInt64LittleEndian(signed[18..]),
            Answer = BinaryPrimitives.ReadUInt64LittleEndian(signature),
            Items = items,
            Propensities = propensities,
        };
    }

    private static int SignatureOf(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, signed, hash);
        hash[..SignatureBytes].CopyTo(destination);
        return SignatureBytes;
    }
}
