namespace RecActors.Architecture;

/// <summary>
/// The repository that a test runs in, found from the test's own place: where sources were when they were compiled is not in a build that
/// can be repeated elsewhere.
/// </summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RecActors.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("RecActors.sln is not above the test's folder.");
    }
}
