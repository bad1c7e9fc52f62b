using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecActors.DataSets;

/// <summary>
/// Recognises records that came before by 128 bits of hash: 16 bytes a record whatever its length, and no chance worth naming of
/// taking two different ones for the same.
/// </summary>
internal sealed class RecordHashes
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly XxHash128 _hash = new();

    /// <summary>False when the very same action was added before. The event hash follows from the action's content and is never 0.</summary>
    public bool Add(string userId, string type, string itemId, double value, long timestampMs, out ulong eventHash)
    {
        Append(userId);
        Append(type);
        Append(itemId);
        Append(BitConverter.DoubleToInt64Bits(value));
        Append(timestampMs);
        var hash = _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
        eventHash = Math.Max(1, (ulong)hash);
        return _seen.Add(hash);
    }

    private void Append(string text)
    {
        // The length first, so that no two sequences of texts run together to the same bytes.
        Append(text.Length);
        _hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Append(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.Append(bytes);
    }
}
