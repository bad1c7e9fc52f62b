using System.Diagnostics;
using RecActors.Architecture;
using RecActors.Processes;

[assembly: AssemblyFixture(typeof(RecActors.Compatibility.ReleasedBuild))]

namespace RecActors.Compatibility;

/// <summary>
/// The server of an older release, built from the repository's own history: once for a run, and kept under <c>artifacts</c> for the
/// next. Takes about a minute.
/// </summary>
public sealed class ReleasedBuild : IAsyncLifetime
{
    private static readonly TimeSpan BuildDeadline = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _serverPath;

    /// <summary>Path of the release's <c>recactors.dll</c>. Skips the test where the history lacks the commit, but never in CI.</summary>
    public async Task<string> GetServerAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _serverPath ??= await BuildAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> BuildAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(BuildDeadline);
        var (known, complaint) = await RunAsync("git", SourceTree.Root, deadline.Token, "cat-file", "-e", Release010.Commit + "^{commit}");
        if (known != 0)
        {
            var message = $"The commit {Release010.Commit} of release {Release010.Version} is not in this clone's history (git fetch --unshallow brings it): {complaint}";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", message);
            Assert.Fail(message);
        }

        var folder = Path.Combine(SourceTree.Root, "artifacts", "releases", $"{Release010.Version}-{Release010.Commit}");
        if (FindServer(folder) is { } built && File.Exists(Path.Combine(folder, "built")))
        {
            return built;
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        var archive = Path.Combine(folder, "source.tar");
        await SucceedAsync("git", SourceTree.Root, deadline.Token, "archive", "--output", archive, Release010.Commit);
        await SucceedAsync("tar", folder, deadline.Token, "-xf", archive);
        await SucceedAsync(
            "dotnet", folder, deadline.Token,
            "build", "src/RecActors.Server", "-c", "Release", "--disable-build-servers", "-v", "quiet", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false");
        await File.WriteAllTextAsync(Path.Combine(folder, "built"), Release010.Commit, cancellationToken);
        return FindServer(folder) ?? throw new InvalidOperationException($"The build of {Release010.Version} in {folder} has no recactors.dll.");
    }

    private static string? FindServer(string folder)
    {
        var output = Path.Combine(folder, "artifacts", "bin", "RecActors.Server");
        return Directory.Exists(output) ? Directory.EnumerateFiles(output, "recactors.dll", SearchOption.AllDirectories).SingleOrDefault() : null;
    }

    private static Task<(int ExitCode, string Output)> RunAsync(
        string program, string folder, CancellationToken cancellationToken, params string[] arguments) =>
        BuildCommand.RunAsync(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder }, cancellationToken);

    private static Task SucceedAsync(string program, string folder, CancellationToken cancellationToken, params string[] arguments) =>
        BuildCommand.SucceedAsync(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder }, cancellationToken);
}
