using System.Security.Cryptography;
using System.Text;
using RecActors.Hosting;

namespace RecActors.Fuzzing;

/// <summary>Everything that the API shows of what is stored: users, items, feedback, keys, models.</summary>
internal static class StateDigest
{
    private static readonly (string Path, string? Next)[] Lists =
        [("/api/users?n=1000", "Cursor"), ("/api/items?n=1000", "Cursor"), ("/api/feedback?n=1000", "Cursor"), ("/api/keys", null), ("/api/models", null)];

    /// <summary>A hash of all of it.</summary>
    public static async Task<string> OfAsync(HttpClient admin)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, next) in Lists)
        {
            var cursor = "";
            do
            {
                var answer = await admin.ReadAsync(cursor.Length == 0 ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}");
                Assert.True(answer.Status == System.Net.HttpStatusCode.OK, $"{path}: {answer.Status} {answer.Body}");
                hash.AppendData(Encoding.UTF8.GetBytes(answer.Body));
                cursor = next is null ? "" : (string)answer.Json[next]!;
            }
            while (cursor.Length > 0);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
