using System.Xml.Linq;

namespace RecActors.Architecture;

/// <summary>The repository as files: found from the test's own place, so that it does not matter where it was cloned.</summary>
internal static class SourceTree
{
    public static string Root => RepositoryFolder.Root;

    /// <summary>Every C# source file under <c>src</c> and <c>tests</c>, relative to the root.</summary>
    public static IEnumerable<string> CSharpFiles() =>
        new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    public static IReadOnlyList<ProjectFile> Projects() =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(ProjectFile.Read)];
}

/// <summary>What a project says that it needs.</summary>
internal sealed record ProjectFile(string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public static ProjectFile Read(string path)
    {
        var document = XDocument.Load(path);
        string[] Includes(string element) => [.. document.Descendants(element).Select(node => (string?)node.Attribute("Include") ?? "")];
        return new ProjectFile(
            Path.GetFileNameWithoutExtension(path),
            [.. Includes("ProjectReference").Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            Includes("PackageReference"),
            Includes("FrameworkReference"));
    }
}
