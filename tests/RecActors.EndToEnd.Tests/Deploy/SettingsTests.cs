using System.Text.RegularExpressions;

namespace RecActors.Deploy;

/// <summary>Every setting that a file under <c>deploy</c> gives to a process is an option of the server, and its value is one.</summary>
public sealed partial class SettingsTests
{
    public static TheoryData<string> Files =>
    [
        .. Directory.EnumerateFiles(DeployFolder.Root, "*", SearchOption.AllDirectories)
            .Where(path => Setting().IsMatch(File.ReadAllText(path)))
            .Select(path => Path.GetRelativePath(DeployFolder.Root, path)),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Settings_OfAFile_BindToOptions(string file) =>
        Assert.Empty(Setting().Matches(DeployFolder.Read(file)).Select(match => OptionNames.FaultOf(match.Groups[1].Value, ValueOf(match))).OfType<string>());

    // A value from a field of the pod, from a secret or from the caller's environment is only known there.
    private static string? ValueOf(Match match) => match.Groups[2].Value.Trim('"') is var value && (value.Length == 0 || value.StartsWith('$')) ? null : value;

    [GeneratedRegex(@"\b(RECACTORS_RecActors__\w+)(?:: *|=)?([^\s\\]*)")]
    private static partial Regex Setting();
}
