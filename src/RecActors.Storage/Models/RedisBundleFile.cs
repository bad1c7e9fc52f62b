using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Models;

/// <summary>A file of a bundle in Redis, read from its start, a chunk in memory at a time. Not safe for concurrent use.</summary>
internal sealed class RedisBundleFile(IDatabase database, IReadOnlyList<(RedisKey Key, int Length)> chunks, Func<Exception> missing) : Stream
{
    private ReadOnlyMemory<byte> _chunk;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">Redis cannot answer.</exception>
    /// <exception cref="InvalidDataException">A chunk is missing.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_chunk.IsEmpty && _next < chunks.Count)
        {
            try
            {
                Take(database.StringGet(chunks[_next].Key));
            }
            catch (Exception failure) when (RedisFailures.IsOurs(failure))
            {
                throw new IOException(RedisFailures.Describe(failure), failure);
            }
        }

        return CopyTo(buffer);
    }

    /// <inheritdoc cref="Read(Span{byte})" path="/exception"/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_chunk.IsEmpty && _next < chunks.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(await database.StringGetAsync(chunks[_next].Key).OrIoAsync());
        }

        return CopyTo(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Take(RedisValue value)
    {
        _chunk = (ReadOnlyMemory<byte>)value;
        if (_chunk.Length != chunks[_next++].Length)
        {
            throw missing();
        }
    }

    private int CopyTo(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        return count;
    }
}
