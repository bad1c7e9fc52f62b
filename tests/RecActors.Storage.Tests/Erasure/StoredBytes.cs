using System.Text;

namespace RecActors.Erasure;

/// <summary>Looks for a text in all files of a folder, in the encodings in which anything of ours is stored.</summary>
internal static class StoredBytes
{
    /// <summary>The files that hold the text, by their names.</summary>
    public static IReadOnlyList<string> FilesWith(string folder, string text) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Holds(file, Encoding.UTF8.GetBytes(text)) || Holds(file, Encoding.Unicode.GetBytes(text)))
            .Select(file => Path.GetRelativePath(folder, file)),
    ];

    private static bool Holds(string path, byte[] text)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf(text) >= 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException) when (path.EndsWith(".lock", StringComparison.Ordinal))
        {
            // Held by its process; it is empty.
            return false;
        }
    }
}
