using RecActors.Ranking;
using static TorchSharp.torch;

namespace RecActors.Rankers;

/// <summary>The standardised inputs of the training queries, and batches of them as tensors, padded to one number of candidates.</summary>
internal sealed class RankerBatches
{
    private readonly float[][] _inputs;
    private readonly int[][] _labels;
    private readonly int _width;

    public RankerBatches(IReadOnlyList<RankingExample> examples, InputScaling scaling)
    {
        _width = scaling.Count;
        _labels = [.. examples.Select(example => example.Labels)];
        _inputs = new float[examples.Count][];
        for (var i = 0; i < examples.Count; i++)
        {
            _inputs[i] = new float[examples[i].CandidateRows.Length * _width];
            scaling.Apply(examples[i], _inputs[i]);
        }
    }

    public int Count => _inputs.Length;

    /// <summary>Gathers queries. The tensors belong to the current dispose scope.</summary>
    public RankerBatch Gather(ReadOnlySpan<int> queries)
    {
        var candidates = 1;
        foreach (var query in queries)
        {
            candidates = Math.Max(candidates, _inputs[query].Length / _width);
        }

        var inputs = new float[queries.Length * candidates * _width];
        var present = new float[queries.Length * candidates];
        var wanted = new float[queries.Length * candidates];
        for (var i = 0; i < queries.Length; i++)
        {
            var source = _inputs[queries[i]];
            source.CopyTo(inputs, i * candidates * _width);
            present.AsSpan(i * candidates, source.Length / _width).Fill(1);
            foreach (var label in _labels[queries[i]])
            {
                wanted[(i * candidates) + label] = 1;
            }
        }

        return new(
            tensor(inputs).reshape(queries.Length, candidates, _width),
            tensor(present).reshape(queries.Length, candidates),
            tensor(wanted).reshape(queries.Length, candidates));
    }
}

/// <summary>Queries × candidates × inputs, 1 where there is a candidate and 0 where padding, and 1 where a target is.</summary>
internal readonly record struct RankerBatch(Tensor Inputs, Tensor Present, Tensor Wanted);
