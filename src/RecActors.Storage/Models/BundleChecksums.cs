using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RecActors.Models;

/// <summary>
/// A stored bundle's list of files: a line with the format and the number of files, then <c>sha256  name</c> for each file, in the layout of
/// <c>sha256sum</c>, which takes the first line for a comment.
/// </summary>
internal static class BundleChecksums
{
    public const string FileName = "checksums.sha256";

    private const int Format = 1;
    private const string FormatLine = "# RecActors bundle folder, format ";
    private const string FilesPart = ", files ";
    private const string Gap = "  ";
    private const int DigestDigits = SHA256.HashSizeInBytes * 2;

    /// <exception cref="ArgumentException">The name could leave the folder, or is the list's own.</exception>
    public static void ThrowIfBadName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name[0] == '.' || name == FileName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
        {
            throw new ArgumentException($"'{name}' is no name for a bundle's file: letters, digits, dots and dashes.", nameof(name));
        }
    }

    public static byte[] Encode(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var lines = new StringBuilder().Append(FormatLine).Append(Format).Append(FilesPart).Append(files.Count).Append('\n');
        foreach (var (name, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            lines.Append(Convert.ToHexStringLower(SHA256.HashData(content.Span))).Append(Gap).Append(name).Append('\n');
        }

        return Encoding.ASCII.GetBytes(lines.ToString());
    }

    /// <exception cref="InvalidDataException">The list is corrupt or of a newer format.</exception>
    public static IReadOnlyList<(string Name, byte[] Checksum)> Decode(long version, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].StartsWith(FormatLine, StringComparison.Ordinal))
        {
            throw Corrupt(version);
        }

        var head = lines[0][FormatLine.Length..].Split(FilesPart);
        if (!int.TryParse(head[0], NumberStyles.None, CultureInfo.InvariantCulture, out var format))
        {
            throw Corrupt(version);
        }

        if (format > Format)
        {
            throw new InvalidDataException(
                $"Bundle {version} has folder format {format}; this version reads up to {Format}. Use the newer RecActors that wrote it.");
        }

        // The number of files tells a list that lost its end.
        return head.Length == 2 && head[1] == (lines.Length - 1).ToString(CultureInfo.InvariantCulture)
            ? [.. lines.Skip(1).Select(line => DecodeLine(version, line))]
            : throw Corrupt(version);
    }

    private static (string Name, byte[] Checksum) DecodeLine(long version, string line)
    {
        try
        {
            var name = line[(DigestDigits + Gap.Length)..];
            ThrowIfBadName(name);
            return (name, Convert.FromHexString(line.AsSpan(0, DigestDigits)));
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw Corrupt(version);
        }
    }

    private static InvalidDataException Corrupt(long version) => new($"Bundle {version} is corrupt: {FileName} is no list of checksums.");
}
