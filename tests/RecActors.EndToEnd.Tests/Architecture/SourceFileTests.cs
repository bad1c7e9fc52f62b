using System.Text.RegularExpressions;

namespace RecActors.Architecture;

/// <summary>Habits that a reader relies on.</summary>
public sealed class SourceFileTests
{
    private const int MaximumLines = 400;

    // A name of a role says nothing of what the type knows.
    private static readonly string[] EmptyNames = ["Helper", "Helpers", "Manager", "Utils", "Utilities", "Common", "Misc"];

    [Fact]
    public void Files_AreShort() =>
        Assert.DoesNotContain(SourceTree.CSharpFiles(), path => File.ReadLines(Path.Combine(SourceTree.Root, path)).Count() > MaximumLines);

    [Fact]
    public void Files_AreNamedByDomain() =>
        Assert.DoesNotContain(SourceTree.CSharpFiles(), path => EmptyNames.Any(name => Path.GetFileNameWithoutExtension(path).EndsWith(name, StringComparison.Ordinal)));

    [Fact]
    public void ArchitecturePage_NamesFoldersThatExist()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "architecture.md"));
        var folders = Regex.Matches(page, "`(RecActors\\.[A-Za-z]+/[A-Za-z]+)`").Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(folders);
        Assert.DoesNotContain(folders, folder => !Directory.Exists(Path.Combine(SourceTree.Root, "src", folder)));
    }

    /// <summary>An explicit test runs only when it is asked for: a script or a page names its class, or the class the script.</summary>
    [Fact]
    public void ExplicitTests_AreThoseThatSomethingRuns()
    {
        var scripts = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "tests")).ToList();
        var naming = string.Concat(scripts.Concat(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md")).Select(File.ReadAllText));
        var explicitTests =
            from path in SourceTree.CSharpFiles()
            let source = File.ReadAllText(Path.Combine(SourceTree.Root, path))
            where Regex.IsMatch(source, "(Fact|Theory)\\(Explicit = true")
            select (Class: Path.GetFileNameWithoutExtension(path), Source: source);

        Assert.DoesNotContain(explicitTests, test =>
            !Regex.IsMatch(naming, $"-class RecActors\\.[A-Za-z.]*\\b{test.Class}\\b")
            && !scripts.Exists(script => test.Source.Contains($"<c>tests/{Path.GetFileName(script)}</c>", StringComparison.Ordinal)));
    }

    [Fact]
    public void Namespaces_AreTheFolder_WhateverTheProject()
    {
        // Extension methods stand in the namespace of the type that they extend.
        var wrong =
            from path in SourceTree.CSharpFiles()
            where path.StartsWith("src/", StringComparison.Ordinal)
            let folders = path.Split('/')[2..^1]
            let expected = string.Join('.', folders.Prepend("RecActors"))
            let declared = File.ReadLines(Path.Combine(SourceTree.Root, path)).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null && declared.TrimEnd(';') != $"namespace {expected}" && !path.EndsWith("Extensions.cs", StringComparison.Ordinal)
            select $"{path}: {declared}";

        Assert.Empty(wrong);
    }
}
