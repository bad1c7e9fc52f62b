using System.Globalization;
using RecActors.Storage;

namespace RecActors.Journal;

/// <summary>
/// The other process of the kill test: this test program, started with <see cref="FolderVariable"/> set, appends without end
/// and prints each acknowledgement as <c>user length</c>.
/// </summary>
internal static class JournalAppender
{
    public const string FolderVariable = "RECACTORS_TEST_APPEND_TO";
    public const int Users = 6;

    public static string NameOf(int user) => $"user-{user}";

    /// <summary>Appends to the folder until the process is killed.</summary>
    public static async Task RunAsync(string folder)
    {
        await using var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions
        {
            DataFolder = folder,
            CheckpointEntries = 200,
            CheckpointSliceUsers = 2,
        });
        await Task.WhenAll(Enumerable.Range(0, Users).Select(user => AppendAsync(storage.Journal, user)));
    }

    private static async Task AppendAsync(IUserJournal journal, int user)
    {
        var opened = await journal.OpenAsync(NameOf(user), default);
        long length = opened.Entries.Count;
        while (true)
        {
            var count = 1 + (int)(length % 4);
            var result = await journal.AppendAsync(NameOf(user), opened.Epoch, length, Actions.Numbered((int)length, count), default);
            length = result.Status == AppendStatus.Appended ? result.Length : throw new InvalidOperationException("Fenced.");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{user} {length}"));
        }
    }
}
