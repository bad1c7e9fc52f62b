using System.IO.Compression;
using System.Text.Json;

namespace RecActors.Dumping;

/// <summary>Writes a dump: JSON lines, compressed. Not thread-safe.</summary>
internal sealed class DumpWriter : IAsyncDisposable
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    private readonly BufferedStream _stream;

    public DumpWriter(Stream file)
    {
        _stream = new BufferedStream(new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true), 1 << 16);
        Write(new DumpLine { Dump = DumpFormat.Version });
    }

    /// <summary>Lines so far.</summary>
    public long Lines { get; private set; }

    public void Write(DumpLine line)
    {
        JsonSerializer.Serialize(_stream, line, DumpJson.Readable.DumpLine);
        _stream.Write(NewLine);
        Lines++;
    }

    /// <summary>Writes the last line, by which a whole dump is told from a part of one.</summary>
    public void End() => Write(new DumpLine { Lines = Lines });

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}

/// <summary>Numbers of the format.</summary>
internal static class DumpFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>Bytes of a bundle's file in one line.</summary>
    public const int PieceBytes = 1 << 20;
}
