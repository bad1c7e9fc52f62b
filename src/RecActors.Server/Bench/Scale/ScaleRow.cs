using System.Text.Json;

namespace RecActors.Bench.Scale;

/// <summary>What was measured on a site of one shape.</summary>
internal sealed record ScaleRow
{
    public int Items { get; init; }

    public int History { get; init; }

    public int Users { get; init; }

    /// <summary>Whether searches could go by an index.</summary>
    public bool Indexed { get; init; }

    /// <summary>Until the server was ready.</summary>
    public double StartSeconds { get; init; }

    /// <summary>From then until the indexes were built; null without any.</summary>
    public double? IndexSeconds { get; init; }

    /// <summary>As the server measured it of its index.</summary>
    public double? Recall { get; init; }

    /// <summary>Resident memory of the server with its indexes, before any load.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>The managed heap after its last collection, then.</summary>
    public double? HeapBytes { get; init; }

    /// <summary>Server CPU of a question after an action of its user, in microseconds, the action taken off.</summary>
    public double FreshCpu { get; init; }

    /// <summary>Server CPU of an action.</summary>
    public double ActionCpu { get; init; }

    /// <summary>Bytes that the server allocates for a question after an action.</summary>
    public double FreshAllocated { get; init; }

    /// <summary>Questions with their actions a second, closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>Half of the fresh questions of an open loop at half that rate came within so many milliseconds.</summary>
    public double P50 { get; init; }

    /// <summary>All but one in a hundred.</summary>
    public double P99 { get; init; }

    /// <summary>Answers of the bare web server a second, in the same run.</summary>
    public double BareRate { get; init; }

    public double BareCpu { get; init; }

    public long Failed { get; init; }

    public long Degraded { get; init; }

    /// <summary>The largest share of the machine's processors that something else took.</summary>
    public double Foreign { get; init; }

    public string Build { get; init; } = "";

    public string Machine { get; init; } = "";

    public DateTimeOffset At { get; init; }

    public bool IsOf(ScaleShape shape, bool indexed) => (Items, History, Users, Indexed) == (shape.Items, shape.History, shape.Users, indexed);
}

/// <summary>Measured rows, a JSON object a line, in a file that measurements are added to.</summary>
internal sealed class ScaleRows(FileInfo file)
{
    public async Task<IReadOnlyList<ScaleRow>> ReadAsync(CancellationToken cancellationToken) => file.Exists
        ? [.. (await File.ReadAllLinesAsync(file.FullName, cancellationToken)).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<ScaleRow>(line)!)]
        : [];

    public async Task AddAsync(ScaleRow row, CancellationToken cancellationToken)
    {
        file.Directory?.Create();
        await File.AppendAllLinesAsync(file.FullName, [JsonSerializer.Serialize(row)], cancellationToken);
        file.Refresh();
    }
}
