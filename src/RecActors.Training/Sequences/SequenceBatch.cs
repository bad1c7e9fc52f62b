using static TorchSharp.torch;

namespace RecActors.Sequences;

/// <summary>
/// Some pairs as tensors. Decays are fixed, so h_g / w_g is a weighted sum of the prefix' inputs and needs no back-propagation
/// through time: a bag of items for each pair and decay. The tensors belong to the current dispose scope.
/// </summary>
/// <param name="Items">Items of all bags, one after the other.</param>
/// <param name="Shares">g^age / w_g of each of them.</param>
/// <param name="Kinds">Its kind of action.</param>
/// <param name="Offsets">Where each bag begins, pair by pair, decay by decay.</param>
/// <param name="KindShares">Sum of the shares of each kind: bags × kinds.</param>
/// <param name="Targets">The item that came next, of each pair.</param>
internal readonly record struct SequenceBatch(Tensor Items, Tensor Shares, Tensor Kinds, Tensor Offsets, Tensor KindShares, Tensor Targets);

/// <summary>Gathers batches into buffers of its own. Not thread-safe.</summary>
internal sealed class SequenceBatches(SequencePairs pairs, float[] decays)
{
    /// <summary>Items of a prefix that count: .9^50 = .005.</summary>
    public const int PrefixItems = 50;

    // A share below it changes nothing that training would notice.
    private const double LeastShare = 1e-3;

    private readonly List<long> _items = [];
    private readonly List<float> _shares = [];
    private readonly List<long> _kinds = [];
    private readonly int[] _prefix = new int[PrefixItems];
    private readonly byte[] _prefixKinds = new byte[PrefixItems];

    /// <param name="places">Places in the pairs.</param>
    /// <param name="source">The pairs.</param>
    /// <param name="kept">Whether to keep an item of a prefix; the first is kept when none is.</param>
    public SequenceBatch Gather(ReadOnlySpan<int> places, ReadOnlySpan<SequencePair> source, Func<bool>? kept = null)
    {
        _items.Clear();
        _shares.Clear();
        _kinds.Clear();
        var offsets = new long[places.Length * decays.Length];
        var kindShares = new float[offsets.Length * ActionKind.Count];
        var targets = new long[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            var pair = source[places[i]];
            targets[i] = pair.Target;
            var count = Thin(pairs.Prefix(pair, _prefix, _prefixKinds), kept);
            for (var decay = 0; decay < decays.Length; decay++)
            {
                var bag = (i * decays.Length) + decay;
                offsets[bag] = _items.Count;
                AddBag(count, decays[decay], kindShares.AsSpan(bag * ActionKind.Count, ActionKind.Count));
            }
        }

        return new(
            tensor(_items.ToArray()),
            tensor(_shares.ToArray()),
            tensor(_kinds.ToArray()),
            tensor(offsets),
            tensor(kindShares).reshape(offsets.Length, ActionKind.Count),
            tensor(targets));
    }

    private int Thin(int count, Func<bool>? kept)
    {
        if (kept is null || count < 2)
        {
            return count;
        }

        var left = 0;
        for (var i = 0; i < count; i++)
        {
            if (kept())
            {
                (_prefix[left], _prefixKinds[left]) = (_prefix[i], _prefixKinds[i]);
                left++;
            }
        }

        return Math.Max(1, left);
    }

    private void AddBag(int count, float decay, Span<float> kindShares)
    {
        var (fade, weight) = (1d, 0d);
        var first = _items.Count;
        for (var age = 0; age < count && fade >= LeastShare; age++, fade *= decay)
        {
            _items.Add(_prefix[age]);
            _kinds.Add(_prefixKinds[age]);
            _shares.Add((float)fade);
            weight += fade;
        }

        for (var at = first; at < _items.Count; at++)
        {
            _shares[at] /= (float)weight;
            kindShares[(int)_kinds[at]] += _shares[at];
        }
    }
}
