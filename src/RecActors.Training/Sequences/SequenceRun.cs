using RecActors.Evaluation;
using RecActors.Optimizers;
using RecActors.Training;

namespace RecActors.Sequences;

/// <summary>A training of the sequence model under way, with the best model of its passes so far. One caller.</summary>
internal sealed class SequenceRun : IDisposable
{
    /// <summary>Pairs of a step.</summary>
    public const int BatchPairs = 512;

    private const int BatchesPerReport = 20;

    private readonly TrainingSet _set;
    private readonly SequencePairs _pairs;
    private readonly SequenceQuality? _quality;
    private readonly Action<SequenceEpoch> _onEpoch;
    private readonly SequenceNetwork _network;
    private readonly SequencePass _pass;
    private readonly double _learningRate;

    /// <param name="set">The set of the pairs.</param>
    /// <param name="pairs">Pairs to learn from.</param>
    /// <param name="options">Dimensions and dropout count.</param>
    /// <param name="learningRate">Adam's step size.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="quality">Measures the model after every pass; null to take the last one as the best.</param>
    /// <param name="onEpoch">Called on the way and after every pass; allowed passes are the caller's to add.</param>
    public SequenceRun(
        TrainingSet set, SequencePairs pairs, TrainingOptions options, double learningRate, int seed, SequenceQuality? quality, Action<SequenceEpoch> onEpoch)
    {
        (_set, _pairs, _quality, _learningRate, _onEpoch) = (set, pairs, quality, learningRate, onEpoch);
        _network = new(pairs.Items, options.Dimensions, SequenceTrainer.Decays, seed);
        _pass = new(pairs, SequenceTrainer.Decays, _network, new ManagedAdam([.. _network.Parameters], learningRate), options.SequenceDropout, new Random(seed));
    }

    /// <summary>The best model so far; null before the first pass, or when the step size was too large from the beginning.</summary>
    public SequenceFit? Best { get; private set; }

    /// <summary>How often a pair was learned from.</summary>
    public long Learned { get; private set; }

    /// <summary>Passes since the best model.</summary>
    public double PassesSinceBest => Passes - (Best?.Schedule.Passes ?? 0);

    private double Passes => (double)Learned / _pairs.Learned.Length;

    /// <summary>Learns from so many pairs, a pass at most; false when that cannot go on, because the numbers are no longer finite.</summary>
    public bool Continue(int pairs, CancellationToken cancellationToken)
    {
        var loss = _pass.Run(
            pairs,
            BatchPairs,
            SequenceTrainer.SampledItems,
            done => _onEpoch(new(Passes + done, 0, 0, Best?.Ndcg ?? 0, _learningRate)),
            BatchesPerReport,
            cancellationToken);
        if (!double.IsFinite(loss))
        {
            return false;
        }

        Learned += pairs;
        var model = _network.Export(_set, _pairs, _pass.KindsMet);
        var fit = new SequenceFit(model, _quality?.Ndcgs(model, cancellationToken) ?? [], new(Passes, _learningRate));
        Best = _quality is null || Best is null || fit.Ndcg > Best.Ndcg ? fit : Best;
        _onEpoch(new(Passes, 0, loss, fit.Ndcg, _learningRate));
        return true;
    }

    /// <summary>Whether this run has come further than another by more than chance explains.</summary>
    public bool IsAheadOf(SequenceRun other, double standardErrors) =>
        Best is { } best && (other.Best is not { } theirs || PairedDifference.Of(best.Ndcgs, theirs.Ndcgs).IsBetterBy(standardErrors));

    public void Dispose() => _network.Dispose();
}

/// <summary>How a sequence model is trained: passes over the pairs, below 1 a part of them, and Adam's step size.</summary>
internal readonly record struct SequenceSchedule(double Passes, double LearningRate);

/// <summary>A trained model, its NDCG@10 on each held-out pair asked about (none without any), and how it was trained.</summary>
internal sealed record SequenceFit(SequenceModel Model, double[] Ndcgs, SequenceSchedule Schedule)
{
    /// <summary>The mean over the pairs; 0 without any.</summary>
    public double Ndcg { get; } = Ndcgs.DefaultIfEmpty().Average();
}

/// <summary>How far a training is: passes done of those allowed; the loss of a pass that is done, the NDCG@10 of held-out pairs after it, and the step size.</summary>
public readonly record struct SequenceEpoch(double Epochs, double Allowed, double Loss, double Ndcg, double LearningRate);
