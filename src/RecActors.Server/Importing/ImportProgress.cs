using RecActors.DataSets;
using Spectre.Console;

namespace RecActors.Importing;

/// <summary>Two bars for one part of a data set: bytes read and records written. The second one's length is known when the first is full.</summary>
internal sealed class ImportProgress : IProgress<ReadProgress>, IProgress<long>
{
    private readonly ProgressTask _read;
    private readonly ProgressTask _write;

    public ImportProgress(ProgressContext context, string part)
    {
        _read = context.AddTask($"Reading {part}");
        _write = context.AddTask($"Writing {part}", autoStart: false);
    }

    /// <summary>The report of the read; set before it begins.</summary>
    public ReadReport? Report { get; set; }

    void IProgress<ReadProgress>.Report(ReadProgress value)
    {
        _read.MaxValue = Math.Max(1, value.TotalBytes);
        _read.Value = value.Bytes;
    }

    void IProgress<long>.Report(long value)
    {
        _write.StartTask();
        var share = _read.MaxValue > 0 ? Math.Clamp(_read.Value / _read.MaxValue, 0.001, 1) : 1;
        _write.MaxValue = share >= 1 ? Math.Max(1, Report?.Accepted ?? value) : value / share;
        _write.Value = value;
    }

    /// <summary>Fills both bars: also of a part that turned out empty.</summary>
    public void Complete()
    {
        _read.Value = _read.MaxValue;
        _write.StartTask();
        _write.Value = _write.MaxValue;
        _read.StopTask();
        _write.StopTask();
    }
}
