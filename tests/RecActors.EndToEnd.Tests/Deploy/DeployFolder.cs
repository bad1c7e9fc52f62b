using RecActors.Architecture;

namespace RecActors.Deploy;

/// <summary>The files under <c>deploy</c>.</summary>
internal static class DeployFolder
{
    public static string Root { get; } = Path.Combine(SourceTree.Root, "deploy");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));
}
