using System.Diagnostics;
using System.Globalization;

namespace RecActors.Retrieval;

/// <summary>Times one way to answer all queries; the answer is in microseconds of a query.</summary>
internal sealed class Rounds
{
    private const int Count = 100;

    private readonly VectorTable _table = new(SyntheticVectors.Dimensions);
    private readonly RetrievalQuery<AnyRow>[] _queries;

    public Rounds(SyntheticVectors vectors)
    {
        for (var row = 0; row < vectors.Items.Length; row++)
        {
            _table.Set(row, vectors.Items[row]);
        }

        _queries = [.. vectors.Queries.Select(query => new RetrievalQuery<AnyRow>(query, Count, default))];
    }

    public string Run(string command) => command.Split(' ') switch
    {
        ["exact", var batch] => Time(queries => ExactRetriever.SearchBatch(_table, queries, Similarity.DotProduct), int.Parse(batch, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"No such command: {command}"),
    };

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
