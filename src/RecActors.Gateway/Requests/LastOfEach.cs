namespace RecActors.Requests;

/// <summary>Of the entries of a batch with one id, the last: it would have overwritten the others.</summary>
internal static class LastOfEach
{
    public static IReadOnlyList<T> In<T>(IReadOnlyList<T> entries, Func<T, string> idOf)
    {
        var last = new Dictionary<string, T>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            last[idOf(entry)] = entry;
        }

        return last.Count == entries.Count ? entries : [.. last.Values];
    }
}
