using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Turns progress within a stage into progress of the whole run, which never goes back, and notices cancellation on the way. Thread-safe.</summary>
internal sealed class StageProgress(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken = default)
{
    // Where each stage begins, as measured on a hundred thousand events; the next one's beginning is its end.
    private static readonly double[] Starts = [0, .02, .16, .34, .53, .76, .83, 1, 1];

    private readonly Lock _gate = new();
    private double _reached;

    /// <summary>Tells how far a stage is, in [0, 1].</summary>
    public void Report(TrainingStage stage, double fraction, string detail)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (start, end) = (Starts[(int)stage], Starts[(int)stage + 1]);
        lock (_gate)
        {
            _reached = Math.Max(_reached, start + ((end - start) * Math.Clamp(fraction, 0, 1)));
            progress?.Report(new(stage, _reached, detail));
        }
    }
}
