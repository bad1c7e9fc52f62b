using System.IO.Hashing;
using RecActors.Packing;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Consecutive entries of one user, packed: format byte, checksum of the rest, then for each entry its position (the first
/// absolute, the others as differences) and its bytes. A chunk grows by appending to it.
/// </summary>
internal static class SnapshotChunk
{
    public const byte Format = 1;

    /// <summary>
    /// Entries in a full chunk. Chunk k of a user holds the entries 64k+1 to 64k+64, about 2 KB: four fill a page, the last
    /// 200 actions are four chunks side by side, and a fold rewrites no more than one partial chunk.
    /// </summary>
    public const int Capacity = 64;

    private const int HeadBytes = 1 + sizeof(uint);

    /// <summary>Seals a body as a stored chunk.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> body)
    {
        var chunk = new byte[HeadBytes + body.Length];
        chunk[0] = Format;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(1), XxHash32.HashToUInt32(body));
        body.CopyTo(chunk.AsSpan(HeadBytes));
        return chunk;
    }

    /// <summary>The body of a stored chunk, its checksum verified.</summary>
    /// <exception cref="InvalidDataException">It is corrupt or of a newer format.</exception>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> chunk)
    {
        var reader = new PackedReader(chunk);
        var format = reader.ReadByte();
        if (format != Format)
        {
            throw new InvalidDataException($"A journal snapshot has format {format}; this version reads format {Format}.");
        }

        var checksum = reader.ReadUInt32();
        var body = chunk[HeadBytes..];
        return XxHash32.HashToUInt32(body) == checksum
            ? body
            : throw new InvalidDataException("A journal snapshot is corrupt: its checksum differs.");
    }
}
