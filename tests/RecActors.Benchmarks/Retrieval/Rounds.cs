using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RecActors.Retrieval;

/// <summary>Does what a line asks for: times one way to answer all queries, in microseconds of a query, builds the index, changes the items.</summary>
internal sealed class Rounds
{
    private const int ChangedOf = 5;

    private readonly string _folder;
    private readonly int _count;
    private readonly SyntheticVectors _vectors;

    private readonly VectorTable _table = new(SyntheticVectors.Dimensions);
    private readonly RetrievalQuery<AnyRow>[] _queries;

    public Rounds(SyntheticVectors vectors, string folder, int count)
    {
        (_vectors, _folder, _count) = (vectors, folder, count);
        for (var row = 0; row < vectors.Items.Length; row++)
        {
            _table.Set(row, vectors.Items[row]);
        }

        _queries = [.. vectors.Queries.Select(query => new RetrievalQuery<AnyRow>(query, count, default))];
    }

    public string Run(string command) => command.Split(' ') switch
    {
        ["exact", var batch] => Time(queries => ExactRetriever.SearchBatch(_table, queries, Similarity.DotProduct), int.Parse(batch, CultureInfo.InvariantCulture)),
        ["build"] => Build(),
        ["search"] => Time(queries => VectorRetriever.SearchBatch(_table, queries, Similarity.DotProduct), 1),
        ["answers"] => Answer(),
        ["recall"] => Recall(),
        ["change"] => Change(),
        ["refresh"] => Refresh(),
        _ => throw new ArgumentException($"No such command: {command}"),
    };

    private string Build()
    {
        var start = Stopwatch.GetTimestamp();
        var index = _table.BuildIndex(Similarity.DotProduct, new IndexOptions());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} {index.Lists.Count} {index.Quality.Recall:F4} {index.Quality.Scanned:F4}");
    }

    /// <summary>Writes the rows that searches find, as many as are asked for of each query.</summary>
    private string Answer()
    {
        using var file = File.Create(Path.Combine(_folder, "answers.i32"));
        foreach (var query in _queries)
        {
            var rows = VectorRetriever.Search(_table, query.Vector.Span, Similarity.DotProduct, _count, default(AnyRow)).Select(hit => hit.Row).ToArray();
            file.Write(MemoryMarshal.AsBytes(rows.AsSpan()));
        }

        return "written";
    }

    /// <summary>The share of the exact best that searches find, over all queries.</summary>
    private string Recall()
    {
        var (found, expected) = (0, 0);
        foreach (var query in _queries)
        {
            var exact = ExactRetriever.SearchBatch(_table, [query], Similarity.DotProduct)[0].Select(hit => hit.Row).ToHashSet();
            found += VectorRetriever.Search(_table, query.Vector.Span, Similarity.DotProduct, _count, default(AnyRow)).Count(hit => exact.Contains(hit.Row));
            expected += exact.Count;
        }

        return ((double)found / expected).ToString("F4", CultureInfo.InvariantCulture);
    }

    /// <summary>Deletes every fifth item, and inserts as many new ones, which are written.</summary>
    private string Change()
    {
        var inserted = _vectors.Draw(_table.Count / ChangedOf);
        var (count, gone) = (_table.Count, new float[SyntheticVectors.Dimensions]);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < inserted.Length; i++)
        {
            _table.Set(i * ChangedOf, gone);
            _table.Set(count + i, inserted[i]);
        }

        var micros = Stopwatch.GetElapsedTime(start).TotalMicroseconds / inserted.Length;
        SyntheticVectors.Write(Path.Combine(_folder, "inserted.f32"), inserted);
        return micros.ToString("F1", CultureInfo.InvariantCulture);
    }

    /// <summary>Measures the index again, as a server does after so many changes.</summary>
    private string Refresh()
    {
        var start = Stopwatch.GetTimestamp();
        var index = _table.Index!;
        index.Calibrate(new IndexOptions());
        return string.Create(
            CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F2} {index.Quality.Recall:F4} {index.Quality.Scanned:F4}");
    }

    private string Time(Searches search, int batch)
    {
        var start = Stopwatch.GetTimestamp();
        for (var query = 0; query + batch <= _queries.Length; query += batch)
        {
            search(_queries.AsSpan(query, batch));
        }

        var answered = _queries.Length / batch * batch;
        return (Stopwatch.GetElapsedTime(start).TotalMicroseconds / answered).ToString("F1", CultureInfo.InvariantCulture);
    }

    private delegate ScoredRow[][] Searches(ReadOnlySpan<RetrievalQuery<AnyRow>> queries);
}
