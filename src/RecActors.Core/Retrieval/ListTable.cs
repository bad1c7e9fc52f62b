namespace RecActors.Retrieval;

/// <summary>
/// The lists of an inverted file with what a search must know to choose among them: where each is, and how far its rows are spread. One
/// writer at a time, readers without a lock.
/// </summary>
internal sealed class ListTable
{
    /// <summary>Of the rows' lengths: a list of one row is not without any doubt either, for its scores are bounds.</summary>
    private const double LeastSpread = 1e-3;

    private readonly IndexSpace _space;
    private readonly InvertedList[] _lists;
    private readonly double[] _squaredDistances;
    private readonly double[] _squaredLengths;
    private readonly int[] _added;
    private int[] _listOfRow = [];
    private int _rows;
    private int _changes;
    private int _moves;

    /// <param name="space">Of what the lists are.</param>
    /// <param name="centroids">One after the other.</param>
    /// <param name="sizes">Rows that each list is going to have.</param>
    public ListTable(IndexSpace space, float[] centroids, ReadOnlySpan<int> sizes)
    {
        _space = space;
        Centroids = centroids;
        HalfNorms = KMeans.HalfNorms(centroids, space.Dimensions);
        CodedCentroids = new InvertedList(space.Dimensions, sizes.Length);
        for (var list = 0; list < sizes.Length; list++)
        {
            CodedCentroids.Append(list, centroids.AsSpan(list * space.Dimensions, space.Dimensions), MathF.Sqrt(2 * HalfNorms[list]));
        }

        _lists = new InvertedList[sizes.Length];
        for (var list = 0; list < _lists.Length; list++)
        {
            _lists[list] = new InvertedList(space.Dimensions, Math.Max(1, sizes[list]));
        }

        (_squaredDistances, _squaredLengths, _added) = (new double[_lists.Length], new double[_lists.Length], new int[_lists.Length]);
        (Spreads, MeanSquares) = (new float[_lists.Length], new float[_lists.Length]);
    }

    public int Count => _lists.Length;

    public float[] Centroids { get; }

    /// <summary>The centroids in a byte per dimension, for searches.</summary>
    public InvertedList CodedCentroids { get; }

    /// <summary>|c|² / 2 by list.</summary>
    public float[] HalfNorms { get; }

    /// <summary>Standard deviation of the rows from the centroid in one dimension, by list.</summary>
    public float[] Spreads { get; }

    /// <summary>Mean of |v|² by list.</summary>
    public float[] MeanSquares { get; }

    /// <summary>Rows in the lists.</summary>
    public int Rows => Volatile.Read(ref _rows);

    /// <summary>Rows that came or went since <see cref="Settle"/>.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>
    /// Odd while a row is on its way from one place to another, and another number after it: a search that read two numbers, or an odd one, may have
    /// met the row twice or not at all.
    /// </summary>
    public int Moves => Volatile.Read(ref _moves);

    public InvertedList this[int list] => Volatile.Read(ref _lists[list]);

    /// <summary>The list of a row; negative when it is in none.</summary>
    public int ListOf(int row)
    {
        var lists = Volatile.Read(ref _listOfRow);
        return row < lists.Length ? Volatile.Read(ref lists[row]) - 1 : -1;
    }

    /// <summary>The list that a vector belongs to.</summary>
    public int Nearest(ReadOnlySpan<float> placed)
    {
        var dots = new float[Count];
        VectorKernels.Best.Dots(Centroids, placed, dots);
        var best = 0;
        for (var list = 1; list < dots.Length; list++)
        {
            if (dots[list] - HalfNorms[list] > dots[best] - HalfNorms[best])
            {
                best = list;
            }
        }

        return best;
    }

    /// <summary>From here on changes count.</summary>
    public void Settle() => Volatile.Write(ref _changes, 0);

    /// <summary>Puts a row into a list, out of the one it was in.</summary>
    public void Put(int row, int list, ReadOnlySpan<float> placed, float length)
    {
        var before = ListOf(row);
        if (before >= 0)
        {
            Interlocked.Increment(ref _moves);
        }

        Append(row, list, placed, length);
        if (before >= 0)
        {
            // The first of the two, where both are in one list.
            Drop(row, before);
            Interlocked.Increment(ref _moves);
        }
        else
        {
            Volatile.Write(ref _rows, _rows + 1);
        }

        EnsureRow(row);
        Volatile.Write(ref _listOfRow[row], list + 1);
        Volatile.Write(ref _changes, _changes + 1);
    }

    /// <summary>Takes a row out, if it is in a list.</summary>
    public void Remove(int row)
    {
        var list = ListOf(row);
        if (list >= 0)
        {
            Drop(row, list);
            Volatile.Write(ref _listOfRow[row], 0);
            Volatile.Write(ref _rows, _rows - 1);
            Volatile.Write(ref _changes, _changes + 1);
        }
    }

    private void Append(int row, int list, ReadOnlySpan<float> placed, float length)
    {
        var target = _lists[list];
        if (target.Count == target.Capacity)
        {
            target = target.Compact();
        }

        target.Append(row, placed, length);
        Volatile.Write(ref _lists[list], target);
        var centroid = Centroids.AsSpan(list * _space.Dimensions, _space.Dimensions);
        _squaredDistances[list] += Similarity.Euclidean.Score(centroid, placed) is var negated && negated < 0 ? -negated : 0;
        _squaredLengths[list] += length * length;
        _added[list]++;
        var variance = Math.Max(_squaredDistances[list], LeastSpread * LeastSpread * _squaredLengths[list]) / _added[list] / _space.Dimensions;
        Spreads[list] = (float)Math.Sqrt(variance);
        MeanSquares[list] = (float)(_squaredLengths[list] / _added[list]);
    }

    private void Drop(int row, int list)
    {
        var from = _lists[list];
        from.Remove(row);
        if (from.Removed > from.Count / 2 && from.Count > CodeTiles.Rows)
        {
            Volatile.Write(ref _lists[list], from.Compact());
        }
    }

    private void EnsureRow(int row)
    {
        if (row >= _listOfRow.Length)
        {
            var grown = new int[Math.Max(row + 1, _listOfRow.Length + (_listOfRow.Length / 4))];
            _listOfRow.CopyTo(grown, 0);
            Volatile.Write(ref _listOfRow, grown);
        }
    }
}
