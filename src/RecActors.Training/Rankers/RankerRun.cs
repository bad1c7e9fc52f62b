using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>A training under way, with its best epoch so far; it may be continued until it gets no better. One caller.</summary>
internal sealed class RankerRun(
    double learningRate, IEnumerable<(int Epoch, double Loss, RankerModel Model)> epochs, RankerExamples judged, int patience, Action<RankerEpoch>? onEpoch)
    : IDisposable
{
    private readonly IEnumerator<(int Epoch, double Loss, RankerModel Model)> _epochs = epochs.GetEnumerator();
    private bool _isOver;

    /// <summary>The best epoch; null before the first, or when the step size was too large from the beginning.</summary>
    public RankerFit? Best { get; private set; }

    /// <summary>Runs at most so many epochs more, and no longer than the patience lasts.</summary>
    public void Continue(int most)
    {
        for (var done = 0; done < most && !_isOver; done++)
        {
            if (!_epochs.MoveNext())
            {
                _isOver = true;
                return;
            }

            var (epoch, loss, model) = _epochs.Current;
            var fit = new RankerFit(model, RankerQuality.Ndcgs(new Ranker(model), judged, RankerTrainer.QualityDepth), epoch, learningRate);
            Best = Best is null || fit.Ndcg > Best.Ndcg ? fit : Best;
            onEpoch?.Invoke(new(epoch, loss, fit.Ndcg, learningRate));
            _isOver = epoch - Best.Epoch == patience;
        }
    }

    public void Dispose() => _epochs.Dispose();
}

/// <summary>A trained ranker, its NDCG@10 on each of the later queries, and the epoch and the step size that it comes from.</summary>
internal sealed record RankerFit(RankerModel Model, double[] Ndcgs, int Epoch, double LearningRate)
{
    /// <summary>The mean over the queries.</summary>
    public double Ndcg { get; } = Ndcgs.DefaultIfEmpty().Average();
}

/// <summary>An epoch that is done: its mean loss, NDCG@10 on later queries after it, and the step size.</summary>
internal readonly record struct RankerEpoch(int Epoch, double Loss, double Ndcg, double LearningRate);
