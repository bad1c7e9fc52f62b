using RecActors.Optimizers;
using RecActors.Threads;
using static TorchSharp.torch;

namespace RecActors.Sequences;

/// <summary>One pass after the other over shuffled pairs, a step for each batch. Not thread-safe.</summary>
internal sealed class SequencePass
{
    private readonly SequencePairs _pairs;
    private readonly SequenceBatches _batches;
    private readonly SequenceNetwork _network;
    private readonly ManagedAdam _optimizer;
    private readonly Random _random;
    private readonly Func<bool> _kept;
    private readonly int[] _order;
    private readonly HashSet<int> _kindsMet = [];

    public SequencePass(
        SequencePairs pairs, float[] decays, SequenceNetwork network, ManagedAdam optimizer, double dropout, Random random)
    {
        _pairs = pairs;
        _batches = new SequenceBatches(pairs, decays);
        _network = network;
        _optimizer = optimizer;
        _random = random;
        _kept = () => random.NextDouble() >= dropout;
        _order = [.. Enumerable.Range(0, pairs.Learned.Length)];
    }

    /// <summary>The kinds of actions in the batches so far.</summary>
    public IReadOnlySet<int> KindsMet => _kindsMet;

    /// <summary>Learns from so many pairs, each at most once; the mean loss.</summary>
    public double Run(int count, int batchPairs, int sampledItems, Action<double> onProgress, int batchesPerReport, CancellationToken cancellationToken)
    {
        _random.Shuffle(_order);
        var total = 0d;
        for (var start = 0; start < count; start += batchPairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BackgroundThread.GiveWay();
            var places = _order.AsSpan(start, Math.Min(batchPairs, count - start));
            using var scope = NewDisposeScope();
            var batch = _batches.Gather(places, _pairs.Learned.Span, _kept);
            var loss = _network.Loss(_network.Forward(batch), batch.Targets, Sample(sampledItems));
            loss.backward();
            _optimizer.Step();
            total += loss.item<float>() * places.Length;
            if (start / batchPairs % batchesPerReport == 0)
            {
                onProgress((double)start / _order.Length);
            }
        }

        return total / count;
    }

    /// <summary>Items uniformly with repetition; all of them where there are no more than asked for.</summary>
    private Tensor Sample(int count)
    {
        var all = _pairs.Items <= count;
        var items = new long[all ? _pairs.Items : count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = all ? i : _random.Next(_pairs.Items);
        }

        return tensor(items);
    }
}
