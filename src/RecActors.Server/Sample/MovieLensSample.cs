using RecActors.DataSets;

namespace RecActors.Sample;

/// <summary>MovieLens ml-latest-small (GroupLens, 2018), which ships beside the executable with its licence.</summary>
internal static class MovieLensSample
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Sample", "ml-latest-small");

    public static IDataSet Open() => new MovieLensFolder(Folder);
}
