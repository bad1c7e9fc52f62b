using System.IO.Hashing;
using System.IO.MemoryMappedFiles;

namespace RecActors.Snapshots;

/// <summary>Reads a snapshot's content, which is valid during the call only.</summary>
internal delegate T SnapshotReader<out T>(ReadOnlySpan<byte> content);

/// <summary>
/// A snapshot as a file: eight bytes that say so, the content, and its XxHash3. The hash begins with the number that the database names, so that a file
/// that was brought here from another site, under whatever name, is as good as damaged. Read by mapping it: what is decoded once needs no copy.
/// </summary>
internal static class SnapshotFile
{
    private const int HashBytes = sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "RActSnp1"u8;

    /// <summary>Writes a new file and syncs its content.</summary>
    public static void Write(string path, long number, Action<Stream> write)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        file.Write(Magic);
        using var content = new SnapshotStream(file, number);
        write(content);
        file.Write(content.Hash());
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="InvalidDataException">It is damaged, no snapshot, or not the one of this number.</exception>
    public static unsafe T Read<T>(string path, long number, SnapshotReader<T> read)
    {
        var length = new FileInfo(path).Length;
        if (length < Magic.Length + HashBytes || length > int.MaxValue)
        {
            throw new InvalidDataException($"it has {length} bytes");
        }

        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        using var view = mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var bytes = new ReadOnlySpan<byte>(start + view.PointerOffset, (int)length);
            var content = bytes[Magic.Length..^HashBytes];
            return !bytes.StartsWith(Magic) ? throw new InvalidDataException("it is of another format")
                : !XxHash3.Hash(content, number).AsSpan().SequenceEqual(bytes[^HashBytes..]) ? throw new InvalidDataException("its checksum differs")
                : read(content);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
