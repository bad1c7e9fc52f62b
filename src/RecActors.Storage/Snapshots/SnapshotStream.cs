using System.IO.Hashing;
using RecActors.Threads;

namespace RecActors.Snapshots;

/// <summary>
/// The content of a snapshot on its way into its file, hashed. On a thread that gives way to those who serve it is written in turns of a millisecond with rests
/// between, since a low priority alone keeps a processor for several, and synced every few megabytes, so that the database's syncs do not wait for all of it.
/// </summary>
/// <param name="file">The file, at the beginning of the content; it stays open.</param>
/// <param name="number">The number of the snapshot, from which its hash begins.</param>
internal sealed class SnapshotStream(FileStream file, long number) : Stream
{
    private const int PartBytes = 1 << 16;
    private const int UnsyncedBytes = 4 << 20;

    private readonly XxHash3 _hash = new(number);
    private readonly PacedWork? _pace = BackgroundThread.IsCurrent ? new(CancellationToken.None) : null;
    private int _unsynced;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Of all that was written.</summary>
    public byte[] Hash() => _hash.GetCurrentHash();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var part = buffer[..Math.Min(PartBytes, buffer.Length)];
            _hash.Append(part);
            file.Write(part);
            buffer = buffer[part.Length..];
            GiveWay(part.Length);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush() => file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void GiveWay(int written)
    {
        if (_pace is null)
        {
            return;
        }

        _unsynced += written;
        if (_unsynced >= UnsyncedBytes)
        {
            file.Flush(flushToDisk: true);
            _unsynced = 0;
        }

        _pace.Pause();
    }
}
