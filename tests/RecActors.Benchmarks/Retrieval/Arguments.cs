using System.Globalization;

namespace RecActors.Retrieval;

/// <summary>What to draw: rows and queries of 64 floats.</summary>
/// <param name="Folder">Where <c>items.f32</c>, <c>queries.f32</c> and the answers go.</param>
/// <param name="Shape">clustered, trained, or uniform: without any structure, the worst case of an index.</param>
/// <param name="Rows">Number of items.</param>
/// <param name="Queries">Number of queries.</param>
internal sealed record Arguments(string Folder, string Shape, int Rows, int Queries)
{
    public static Arguments Parse(string[] arguments) => arguments is [var folder, var shape, var rows, var queries]
        ? new(folder, shape, int.Parse(rows, CultureInfo.InvariantCulture), int.Parse(queries, CultureInfo.InvariantCulture))
        : throw new ArgumentException("usage: RecActors.Benchmarks retrieval FOLDER clustered|uniform|trained ROWS QUERIES");
}
