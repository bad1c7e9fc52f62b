namespace RecActors.Architecture;

/// <summary>References go one way (docs/architecture.md): Core ← Contracts ← Grains; Contracts ← Gateway, Client; Core ← Storage, DataSets, Training ← Evaluation; Server composes.</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["RecActors.Core"] = [],
        ["RecActors.Contracts"] = ["RecActors.Core"],
        ["RecActors.Grains"] = ["RecActors.Contracts", "RecActors.Core"],
        ["RecActors.Client"] = ["RecActors.Contracts"],
        ["RecActors.Gateway"] = ["RecActors.Contracts", "RecActors.Core"],
        ["RecActors.Storage"] = ["RecActors.Core"],
        ["RecActors.Training"] = ["RecActors.Core"],
        ["RecActors.DataSets"] = ["RecActors.Core"],
        ["RecActors.Evaluation"] = ["RecActors.Core", "RecActors.DataSets", "RecActors.Training"],
        ["RecActors.Server"] = [
            "RecActors.Core", "RecActors.Contracts", "RecActors.Grains", "RecActors.Gateway",
            "RecActors.Storage", "RecActors.DataSets", "RecActors.Training", "RecActors.Evaluation",
        ],
    };

    public static TheoryData<string> ProjectNames => [.. SourceTree.Projects().Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void Projects_ReferenceOnlyWhatTheDirectionAllows(string name)
    {
        var project = SourceTree.Projects().Single(candidate => candidate.Name == name);

        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is not in the table of allowed references.");
        Assert.Empty(project.Projects.Except(allowed));
    }

    [Theory]
    [InlineData("RecActors.Core", "Orleans", "AspNetCore", "Sqlite", "TorchSharp", "Redis", "Hosting")]
    [InlineData("RecActors.Contracts", "Orleans.Server", "Orleans.Runtime", "AspNetCore", "Sqlite", "TorchSharp")]
    [InlineData("RecActors.Grains", "AspNetCore", "Sqlite", "TorchSharp")]
    [InlineData("RecActors.Gateway", "Orleans.Server", "Orleans.Runtime", "Sqlite", "TorchSharp")]
    [InlineData("RecActors.Storage", "AspNetCore", "TorchSharp")]
    [InlineData("RecActors.DataSets", "Orleans", "AspNetCore", "Sqlite", "TorchSharp", "Redis", "Hosting")]
    [InlineData("RecActors.Evaluation", "Orleans", "AspNetCore", "Sqlite", "TorchSharp", "Redis")]
    public void Packages_OfAProject_KeepOutWhatItMustNotKnow(string name, params string[] banned)
    {
        var project = SourceTree.Projects().Single(candidate => candidate.Name == name);
        var names = project.Packages.Concat(project.Frameworks.Where(_ => name != "RecActors.Gateway"));

        Assert.DoesNotContain(names, package => banned.Any(word => package.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void TorchSharp_IsReferenced_ByTrainingOnly() =>
        Assert.Equal(
            ["RecActors.Training"],
            SourceTree.Projects().Where(project => project.Packages.Any(package => package.Contains("TorchSharp", StringComparison.Ordinal))).Select(project => project.Name));
}
