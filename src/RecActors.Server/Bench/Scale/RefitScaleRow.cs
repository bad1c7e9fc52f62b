using System.Text.Json;

namespace RecActors.Bench.Scale;

/// <summary>What a refit of so many actions took.</summary>
internal sealed record RefitScaleRow
{
    public int Events { get; init; }

    public int Items { get; init; }

    public int Users { get; init; }

    /// <summary>In their order.</summary>
    public IReadOnlyList<RefitStage> Stages { get; init; } = [];

    public double Seconds { get; init; }

    /// <summary>Processor time of the server meanwhile.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Resident memory of the server before it: catalog, statistics and all that serves.</summary>
    public long BytesBefore { get; init; }

    public long PeakBytes => Stages.Max(stage => stage.PeakBytes);

    public string Outcome { get; init; } = "";

    public string Build { get; init; } = "";

    public string Machine { get; init; } = "";

    public DateTimeOffset At { get; init; }
}

/// <summary>A stage of a refit: its name, how long it took, and the most resident memory of the server during it.</summary>
internal sealed record RefitStage(string Name, double Seconds, long PeakBytes);

/// <summary>Measured rows, a JSON object a line, in a file that measurements are added to.</summary>
internal static class RefitScaleRows
{
    public static async Task<IReadOnlyList<RefitScaleRow>> ReadAsync(FileInfo file, CancellationToken cancellationToken) => file.Exists
        ? [.. (await File.ReadAllLinesAsync(file.FullName, cancellationToken)).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<RefitScaleRow>(line)!)]
        : [];

    public static async Task AddAsync(FileInfo file, RefitScaleRow row, CancellationToken cancellationToken)
    {
        file.Directory?.Create();
        await File.AppendAllLinesAsync(file.FullName, [JsonSerializer.Serialize(row)], cancellationToken);
        file.Refresh();
    }
}
