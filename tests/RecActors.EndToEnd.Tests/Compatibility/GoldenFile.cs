using RecActors.Architecture;

namespace RecActors.Compatibility;

/// <summary>
/// Bytes that a release has written, one line for each shape that a type has had: the numbers of the members of the types in it, a
/// colon, the bytes in hexadecimal. Lines are added, never changed: an older silo or an older file still holds them.
/// </summary>
internal sealed record GoldenFile(string Name, IReadOnlyList<GoldenShape> Shapes)
{
    private const string Extension = ".txt";

    private static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "RecActors.EndToEnd.Tests", "Compatibility", "Wire");

    private static bool IsRecording => Environment.GetEnvironmentVariable("RECACTORS_RECORD_GOLDEN") == "1";

    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*" + Extension).Select(path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>The file of a type; empty when there is none.</summary>
    public static GoldenFile Of(string name) =>
        new(name, File.Exists(PathOf(name)) ? [.. File.ReadLines(PathOf(name)).Select(GoldenShape.Parse)] : []);

    /// <summary>The shape with just these members. Recorded first when RECACTORS_RECORD_GOLDEN is 1, and missed otherwise.</summary>
    public GoldenShape ShapeOf(Dictionary<string, int[]> members, Func<byte[]> write)
    {
        var shape = new GoldenShape(members, []);
        if (Shapes.FirstOrDefault(known => known.Key == shape.Key) is { } golden)
        {
            return golden;
        }

        shape = shape with { Bytes = write() };
        if (IsRecording)
        {
            Directory.CreateDirectory(Folder);
            File.AppendAllText(PathOf(Name), shape + "\n");
            return shape;
        }

        throw new InvalidDataException(
            $"{Name} has a shape that no golden file holds. If the change is meant, add this line to {PathOf(Name)} (RECACTORS_RECORD_GOLDEN=1 does):\n{shape}");
    }

    private static string PathOf(string name) => Path.Combine(Folder, name + Extension);
}

/// <summary>The bytes of the representative instance of a type when it, and the types in it, had these members.</summary>
internal sealed record GoldenShape(Dictionary<string, int[]> Members, byte[] Bytes)
{
    public string Key => string.Join("; ", Members.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key} {string.Join(' ', type.Value)}"));

    public static GoldenShape Parse(string line)
    {
        var parts = line.Split(':');
        var types = parts[0].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(type => type.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return new(types.ToDictionary(type => type[0], type => type[1..].Select(int.Parse).ToArray()), Convert.FromHexString(parts[1].Trim()));
    }

    public override string ToString() => $"{Key}: {Convert.ToHexString(Bytes)}";
}
