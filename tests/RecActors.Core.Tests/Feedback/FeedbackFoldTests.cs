namespace RecActors.Feedback;

public sealed class FeedbackFoldTests
{
    [Fact]
    public void Rows_AddSetRemove_SumOverwriteDelete()
    {
        var rows = FeedbackFold.Rows(
        [
            Entry(FeedbackOperation.Add, "watch", "a", 2, 10, "first"),
            Entry(FeedbackOperation.Set, "rating", "b", 3, 20),
            Entry(FeedbackOperation.Add, "watch", "a", 5, 30),
            Entry(FeedbackOperation.Set, "rating", "b", 4, 40),
            Entry(FeedbackOperation.Add, "like", "c", 1, 50),
            Entry(FeedbackOperation.Remove, "like", "c", 0, 60),
            Entry(FeedbackOperation.Remove, "like", "never there", 0, 70),
        ]);

        Assert.Equal([new("rating", "b", 4, 40, null), new FoldedRow("watch", "a", 7, 30, "first")], rows);
    }

    [Fact]
    public void Rows_AddedAfterRemoval_StartAnew()
    {
        var rows = FeedbackFold.Rows(
        [
            Entry(FeedbackOperation.Add, "watch", "a", 2, 10),
            Entry(FeedbackOperation.Remove, "watch", "a", 0, 20),
            Entry(FeedbackOperation.Add, "watch", "a", 1, 30),
        ]);

        Assert.Equal([new FoldedRow("watch", "a", 1, 30, null)], rows);
    }

    private static FeedbackEntry Entry(FeedbackOperation operation, string type, string item, double value, long time, string? comment = null) =>
        new(operation, type, item, value, time, 0, comment);
}
