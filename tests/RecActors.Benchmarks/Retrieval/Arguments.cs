using System.Globalization;

namespace RecActors.Retrieval;

/// <summary>What to draw: rows and queries of 64 floats.</summary>
/// <param name="Folder">Where <c>items.f32</c>, <c>queries.f32</c> and the answers go.</param>
/// <param name="Shape">clustered, users (of the same items, but asked between clusters), trained, or uniform: without any structure, the worst case of an index.</param>
/// <param name="Rows">Number of items.</param>
/// <param name="Queries">Number of queries.</param>
internal sealed record Arguments(string Folder, string Shape, int Rows, int Queries)
{
    /// <summary>Items that are asked for: as a list of results has, or as recommendations choose from.</summary>
    public int Count => Shape == "users" ? 200 : 100;

    public static Arguments Parse(string[] arguments) => arguments is [var folder, var shape, var rows, var queries]
        ? new(folder, shape, int.Parse(rows, CultureInfo.InvariantCulture), int.Parse(queries, CultureInfo.InvariantCulture))
        : throw new ArgumentException("usage: RecActors.Benchmarks retrieval FOLDER clustered|users|uniform|trained ROWS QUERIES");
}
