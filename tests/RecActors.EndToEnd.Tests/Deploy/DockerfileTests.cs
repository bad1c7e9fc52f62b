using System.Diagnostics;
using System.Text.RegularExpressions;
using RecActors.Architecture;
using RecActors.Processes;

namespace RecActors.Deploy;

/// <summary>What the Dockerfiles do, as far as it can be done without an engine: their publish commands, and a start of the outcome.</summary>
public sealed partial class DockerfileTests
{
    private const string Serving = "Dockerfile.serving";
    private const string AllInOne = "Dockerfile.all-in-one";

    /// <summary>Without libtorch (480 MB) the output is the framework's libraries and ours.</summary>
    private const long ServingMaxBytes = 80L << 20;

    [Fact(Explicit = true)]
    public async Task Serving_Published_HasNoLibtorchAndServes()
    {
        using var output = new DataFolder();
        await PublishAsync(Serving, output.Path, TestContext.Current.CancellationToken);

        var files = new DirectoryInfo(output.Path).EnumerateFiles("*", SearchOption.AllDirectories).ToList();
        Assert.DoesNotContain(files, file => file.Name.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.InRange(files.Sum(file => file.Length), 1, ServingMaxBytes);
        await AssertServesAsync(output.Path);
    }

    [Fact(Explicit = true)]
    public async Task AllInOne_Published_HasLibtorchAndServes()
    {
        using var output = new DataFolder();
        await PublishAsync(AllInOne, output.Path, TestContext.Current.CancellationToken);

        Assert.Contains(Directory.EnumerateFiles(output.Path, "*", SearchOption.AllDirectories), file => Path.GetFileName(file) == "libtorch_cpu.so");
        await AssertServesAsync(output.Path);
    }

    [Theory]
    [InlineData(Serving)]
    [InlineData(AllInOne)]
    public void Image_LastUser_IsNotRoot(string file)
    {
        var user = DeployFolder.Read("docker", file).Split('\n').Last(line => line.StartsWith("USER ", StringComparison.Ordinal));
        Assert.Equal("USER $APP_UID", user);
    }

    [Fact]
    public void DockerIgnore_Context_HoldsWhatThePublishReads()
    {
        var kept = File.ReadLines(Path.Combine(SourceTree.Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]);
        var needed = Directory.EnumerateFiles(SourceTree.Root, "Directory.*").Select(path => Path.GetFileName(path)).Append("src").Append("global.json");
        Assert.Empty(needed.Except(kept));
        Assert.All(kept, name => Assert.True(Path.Exists(Path.Combine(SourceTree.Root, name)), name));
    }

    /// <summary>
    /// Runs the Dockerfile's own command; only where its output goes is another, intermediate files are kept apart, and the analyzers,
    /// which have seen the same sources already, stay out.
    /// </summary>
    private static async Task PublishAsync(string file, string output, CancellationToken cancellationToken)
    {
        var command = Publish().Match(DeployFolder.Read("docker", file)).Groups[1].Value;
        Assert.EndsWith(" -o /app", command, StringComparison.Ordinal);
        var artifacts = Path.Combine(SourceTree.Root, "artifacts", "images", file);
        var start = new ProcessStartInfo(
            "dotnet", $"{command.Replace("-o /app", $"-o \"{output}\"", StringComparison.Ordinal)} -p:ArtifactsPath=\"{artifacts}\" --disable-build-servers -v quiet -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false")
        {
            WorkingDirectory = SourceTree.Root,
        };
        await BuildCommand.SucceedAsync(start, cancellationToken);
    }

    private static async Task AssertServesAsync(string output)
    {
        using var folder = new DataFolder();
        await using var server = await ServerProcess.ServeAsync(Path.Combine(output, "recactors.dll"), folder.Path, TestContext.Current.CancellationToken, "--cold-start");
        Assert.Equal(0, await server.StopAsync());
    }

    [GeneratedRegex("^RUN dotnet (publish .*)$", RegexOptions.Multiline)]
    private static partial Regex Publish();
}
