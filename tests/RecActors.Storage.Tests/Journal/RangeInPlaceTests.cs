using RecActors.Feedback;
using RecActors.Threads;

namespace RecActors.Journal;

public sealed class RangeInPlaceTests : IDisposable
{
    private const int Entries = 40;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadRange_ForABackgroundThread_IsReadOnThatThreadAlone()
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open(options => options.RangeWindowEntries = 5);
        var opened = await storage.Journal.OpenAsync("user", token);
        for (var length = 0; length < Entries; length++)
        {
            await storage.Journal.AppendAsync(
                "user", opened.Epoch, length, [new FeedbackEntry(FeedbackOperation.Add, "like", $"item-{length}", 1, length, (ulong)length + 1)], token);
        }

        var head = await storage.Journal.GetHeadAsync(token);
        Assert.True(storage.Journal.ReadsRangesInPlace);
        var read = await BackgroundThread.RunAsync("test", () => Read(storage.Journal, head, token), token);

        Assert.Equal(Enumerable.Range(0, Entries).Select(length => $"item-{length}"), read);
    }

    /// <summary>Nothing is awaited: whatever another thread had to do would not be done yet.</summary>
    private static List<string> Read(IUserJournal journal, JournalPosition head, CancellationToken cancellationToken)
    {
        var items = new List<string>();
        var records = journal.ReadRangeAsync(JournalPosition.Start, head, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = records.MoveNextAsync().AsTask();
            Assert.True(next.IsCompletedSuccessfully);
            if (!next.Result)
            {
                return items;
            }

            items.Add(records.Current.Entry.ItemId);
        }
    }
}
