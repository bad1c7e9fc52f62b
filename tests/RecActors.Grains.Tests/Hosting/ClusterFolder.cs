namespace RecActors.Hosting;

/// <summary>A data folder that outlives a cluster, and goes with the test.</summary>
public sealed class ClusterFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("recactors-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
