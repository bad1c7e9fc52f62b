using System.Globalization;

namespace RecActors.Retrieval;

/// <summary>What to draw: rows and queries of 64 floats.</summary>
/// <param name="Folder">Where <c>items.f32</c>, <c>queries.f32</c> and the answers go.</param>
/// <param name="Shape">clustered, users (of the same items, but asked between clusters), fine (the same with a tenth of the items in each cluster), trained, or uniform: without any structure, the worst case of an index.</param>
/// <param name="Rows">Number of items.</param>
/// <param name="Queries">Number of queries.</param>
internal sealed record Arguments(string Folder, string Shape, int Rows, int Queries)
{
    /// <summary>Items that are asked for: as a list of results has, or as recommendations choose from.</summary>
    public int Count => IsAskedByUsers ? 200 : 100;

    /// <summary>Queries lie between clusters, not in one.</summary>
    public bool IsAskedByUsers => Shape is "users" or "fine";

    /// <summary>Items that lie together; 0 where none do.</summary>
    public int RowsPerCluster => Shape switch
    {
        "clustered" or "users" => 200,
        "fine" => 20,
        _ => 0,
    };

    public static Arguments Parse(string[] arguments) => arguments is [var folder, var shape, var rows, var queries]
        ? new(folder, shape, int.Parse(rows, CultureInfo.InvariantCulture), int.Parse(queries, CultureInfo.InvariantCulture))
        : throw new ArgumentException("usage: RecActors.Benchmarks retrieval FOLDER clustered|users|fine|uniform|trained ROWS QUERIES");
}
