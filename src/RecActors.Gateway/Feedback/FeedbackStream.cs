using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Feedback;

/// <summary>
/// Commits an NDJSON stream in chunks, each user's part of a chunk as a whole or not at all. A refusal names the line and the last
/// line done, from which the client may resume; a failure also names what became of each line of its chunk. Memory is bounded by the chunk, whatever the length of the stream.
/// </summary>
internal sealed class FeedbackStream(FeedbackOperation operation, FeedbackIngest ingest, GatewayOptions options, TimeProvider time)
{
    private readonly List<PlacedAction> _chunk = [];
    private long _chunkBytes;
    private long _line;
    private long _doneLine;
    private long _doneActions;
    private long _erasedActions;
    private Validation _validation = null!;
    private ActionReader _reader = null!;

    /// <exception cref="ProblemException">400, 413, 404 or 503, with the last line done.</exception>
    public async Task<FeedbackStreamBody> CommitAsync(HttpContext http, CancellationToken aborted)
    {
        RequestBody.TakeOverLimit(http);
        StartChunk();
        try
        {
            await ReadLinesAsync(http.Request.BodyReader, aborted);
            await CommitChunkAsync(aborted);
        }
        catch (ProblemException refused)
        {
            throw new ProblemException(refused.Problem with { LastLine = _doneLine }, refused.InnerException);
        }
        catch (BadHttpRequestException truncated)
        {
            throw new ProblemException(ProblemTypes.InvalidRequest(
                [new FieldError(null, _line + 1, null, "body", "ended before its announced length")], truncated.Message, _doneLine));
        }

        return new FeedbackStreamBody(_doneActions, _doneLine, _erasedActions);
    }

    private async Task ReadLinesAsync(PipeReader body, CancellationToken aborted)
    {
        while (true)
        {
            var read = await body.ReadAsync(aborted);
            var consumed = read.Buffer.End;
            try
            {
                var rest = await TakeLinesAsync(read.Buffer, aborted);
                if (read.IsCompleted)
                {
                    await TakeLineAsync(rest, aborted);
                    return;
                }

                ThrowIfTooLong(rest.Length);
                consumed = rest.Start;
            }
            finally
            {
                // Also of a refused stream: the server drains what is left of it and keeps the connection.
                body.AdvanceTo(consumed, read.Buffer.End);
            }
        }
    }

    /// <summary>Takes all terminated lines; returns what follows the last.</summary>
    private async Task<ReadOnlySequence<byte>> TakeLinesAsync(ReadOnlySequence<byte> buffer, CancellationToken aborted)
    {
        if (_chunk.Capacity == 0 && buffer.PositionOf((byte)'\n') is { } first)
        {
            // As many as are here, if they are alike; a list that grows from nothing would be copied again and again.
            _chunk.Capacity = (int)Math.Min(options.ChunkLines, (buffer.Length / (buffer.Slice(0, first).Length + 1)) + 1);
        }

        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            await TakeLineAsync(buffer.Slice(0, end), aborted);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }

    private async Task TakeLineAsync(ReadOnlySequence<byte> line, CancellationToken aborted)
    {
        if (line.IsEmpty)
        {
            // A blank line, or the end of a stream whose last line was terminated.
            _line++;
            return;
        }

        ThrowIfTooLong(line.Length);
        _line++;
        Parse(line);
        if (_chunk.Count >= options.ChunkLines || _chunkBytes >= options.ChunkBytes)
        {
            await CommitChunkAsync(aborted);
        }
    }

    private void Parse(ReadOnlySequence<byte> line)
    {
        var length = (int)line.Length;
        byte[]? rented = null;
        try
        {
            ReadOnlySpan<byte> json;
            if (line.IsSingleSegment)
            {
                json = line.FirstSpan;
            }
            else
            {
                rented = ArrayPool<byte>.Shared.Rent(length);
                line.CopyTo(rented);
                json = rented.AsSpan(0, length);
            }

            if (json.TrimEnd(" \t\r"u8).IsEmpty)
            {
                return;
            }

            var place = new Place(Line: _line);
            _chunk.Add(_reader.Read(place, FeedbackJson.ReadObject(json, options, place)));
            _chunkBytes += length;
            if (_validation.IsFull)
            {
                _validation.ThrowIfFaulty();
            }
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private async Task CommitChunkAsync(CancellationToken aborted)
    {
        _validation.ThrowIfFaulty();
        var commit = await ingest.CommitAsync(_chunk, aborted);
        _doneActions += _chunk.Count - commit.Erased;
        _erasedActions += commit.Erased;
        _doneLine = _chunk.Count > 0 ? _chunk[^1].Place.Line!.Value : _doneLine;
        StartChunk();
    }

    private void StartChunk()
    {
        _chunk.Clear();
        _chunkBytes = 0;
        _validation = new Validation(options, time.GetUtcNow().ToUnixTimeMilliseconds());
        _reader = new ActionReader(operation, _validation);
    }

    private void ThrowIfTooLong(long length)
    {
        if (length > options.MaxLineBytes)
        {
            throw new ProblemException(ProblemTypes.TooLarge(
                "line", $"The line is longer than {options.MaxLineBytes} bytes.", line: _line + 1));
        }
    }
}
