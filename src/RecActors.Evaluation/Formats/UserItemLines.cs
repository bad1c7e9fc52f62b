namespace RecActors.Formats;

/// <summary>
/// Files whose lines are a user and its items, separated by blanks: the layout of LightGCN's splits and of item sequences. A line
/// with a user alone is a user without items; empty lines are skipped.
/// </summary>
internal static class UserItemLines
{
    // Longer ids are no ids; the product refuses them too.
    private const int MaxIdLength = 512;

    /// <summary>Streams the lines.</summary>
    /// <exception cref="InvalidDataException">A field cannot be read; the message names file, line and column.</exception>
    public static IEnumerable<(string User, string[] Items)> Read(string path, CancellationToken cancellationToken)
    {
        var number = 0L;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            cancellationToken.ThrowIfCancellationRequested();
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            for (var field = 0; field < fields.Length; field++)
            {
                Check(fields[field], path, number, field);
            }

            if (fields.Length > 0)
            {
                yield return (fields[0], fields[1..]);
            }
        }
    }

    private static void Check(string id, string path, long line, int field)
    {
        if (id.Length > MaxIdLength || id.AsSpan().ContainsAny('/', ',', '\uFFFD') || id.Any(char.IsControl))
        {
            throw new InvalidDataException(
                $"{path}:{line}: column {field + 1}: an id has at most {MaxIdLength} characters and no slash, comma, control character or broken text.");
        }
    }
}
