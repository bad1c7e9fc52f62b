using RecActors.Feedback;

namespace RecActors.DataSets;

public sealed class FileDataSetTests : IDisposable
{
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void ReadFeedback_CsvWithHeaderInAnyOrder_MapsColumnsByName()
    {
        var (actions, report) = Feedback("a.csv", "timestamp,Item_ID,user id,rating\n964982703,i1,u1,4.5\n2000-07-30T18:45:03Z,i2,u1,3\n");

        Assert.Equal(0, report.Rejected);
        Assert.Equal(
            [("u1", "rating", "i1", 4.5, 964982703000L), ("u1", "rating", "i2", 3.0, 964982703000L)],
            actions.Select(Summary));
        Assert.All(actions, action => Assert.Equal(FeedbackOperation.Set, action.Entry.Operation));
    }

    [Fact]
    public void ReadFeedback_CsvWithoutHeader_TakesColumnsByPosition()
    {
        var (actions, _) = Feedback("a.csv", "u1,i1\nu1,i2\n");

        Assert.Equal([("u1", "read", "i1", 1.0, 0L), ("u1", "read", "i2", 1.0, 0L)], actions.Select(Summary));
    }

    [Fact]
    public void ReadFeedback_TsvWithTypeColumn_UsesTypeAndLeavesQuotesAlone()
    {
        var (actions, report) = Feedback("a.tsv", "user\titem\ttype\tvalue\nu1\tthe \"best\"\tlike\t2\n");

        Assert.Equal(0, report.Rejected);
        Assert.Equal(("u1", "like", "the \"best\"", 2.0, 0L), Summary(Assert.Single(actions)));
    }

    [Fact]
    public void ReadFeedback_BadLines_NamesFileLineColumnReasonAndGoesOn()
    {
        var (actions, report) = Feedback(
            "bad.csv",
            "user,item,rating,time\nu1,i1,5,1\n,i2,5,1\nu1,i3,NaN,1\nu1,i4,5,soon\nu1,i5\nu1,i/6,5,1\nu1,i7,5,9999-01-01\nu1,\"i8,5,1\nu1,i9,5,1\n");

        Assert.Equal(["i1", "i9"], actions.Select(action => action.Entry.ItemId));
        Assert.Equal(2, report.Accepted);
        Assert.Equal(7, report.Rejected);
        Assert.Equal(
            [(3, "user"), (4, "rating"), (5, "time"), (6, "rating"), (7, "item"), (8, "time"), (9, null)],
            report.RejectedLines.Select(line => (line.Line, line.Column)).Order());
        Assert.All(report.RejectedLines, line => Assert.EndsWith("bad.csv", line.File, StringComparison.Ordinal));
        Assert.Contains(report.RejectedLines, line => line.ToString().EndsWith("bad.csv:4: rating: 'NaN' is not a finite number", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadFeedback_MoreBadLinesThanLimit_StopsAndNamesTheLast()
    {
        var path = _files.Write("bad.csv", "user,item\n,i\n,i\n,i\nu,i\n");

        var failure = Assert.Throws<TooManyRejectedLinesException>(
            () => new FileDataSet(path, null, null).ReadFeedback(new ReadReport(rejectLimit: 2), TestContext.Current.CancellationToken).ToList());

        Assert.Contains("bad.csv:4", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFeedback_SameActionTwice_ComesOnceAndIsCounted()
    {
        var (actions, report) = Feedback("a.csv", "u1,i1,4,10\nu1,i1,4,10\nu1,i1,5,10\nu1,i1,4,11\n");

        Assert.Equal(3, actions.Count);
        Assert.Equal(1, report.Duplicates);
        Assert.Equal(3, actions.Select(action => action.Entry.EventHash).Distinct().Count());
        Assert.DoesNotContain(0UL, actions.Select(action => action.Entry.EventHash));
    }

    [Fact]
    public void ReadFeedback_FileReadAgain_GivesTheSameEventHashes()
    {
        const string Content = "u1,i1,4,10\nu2,i1,4,10\n";

        Assert.Equal(
            Feedback("a.csv", Content).Actions.Select(action => action.Entry.EventHash),
            Feedback("b.tsv", Content.Replace(',', '\t')).Actions.Select(action => action.Entry.EventHash));
    }

    [Fact]
    public void ReadFeedback_ColumnMissing_SaysWhich()
    {
        var failure = Assert.Throws<InvalidDataException>(() => Feedback("a.csv", "user,rating\nu1,4\n"));

        Assert.Contains("a.csv:1: there is no column 'item'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFeedback_JsonLines_ReadsGorseNames()
    {
        var (actions, report) = Feedback("a.jsonl", """
            {"FeedbackType":"like","UserId":"u1","ItemId":"i1","Value":2,"Timestamp":"2000-07-30T18:45:03Z","Comment":"yes"}

            {"FeedbackType":"read","UserId":"u1","ItemId":"i2"}
            {"FeedbackType":"read","UserId":"u1"}
            {"FeedbackType":"read","UserId":"u1","ItemId":"i3"
            ["read"]
            {"FeedbackType":"read","UserId":"u1","ItemId":"i4","Value":"much"}
            """);

        Assert.Equal([("u1", "like", "i1", 2.0, 964982703000L), ("u1", "read", "i2", 0.0, 0L)], actions.Select(Summary));
        Assert.Equal("yes", actions[0].Entry.Comment);
        Assert.Equal([(4, "ItemId"), (5, null), (6, null), (7, "Value")], report.RejectedLines.Select(line => (line.Line, line.Column)));
    }

    [Fact]
    public void ReadItems_JsonLines_KeepsLabelsAsTheyAre()
    {
        var path = _files.Write("i.jsonl", """
            {"ItemId":"i1","IsHidden":true,"Categories":["a","b"],"Timestamp":"2000-07-30T18:45:03Z","Labels":{"year":1995,"tags":["x"]},"Comment":"One"}
            {"ItemId":"i2","Categories":"a"}
            """);
        var report = new ReadReport();

        var item = Assert.Single(new FileDataSet(null, path, null).ReadItems(report, TestContext.Current.CancellationToken));

        Assert.Equal("i1", item.ItemId);
        Assert.True(item.IsHidden);
        Assert.Equal(["a", "b"], item.Categories);
        Assert.Equal("""{"year":1995,"tags":["x"]}""", item.LabelsJson);
        Assert.Equal("One", item.Comment);
        Assert.Equal(964982703000, item.TimestampMs);
        Assert.Equal("Categories", Assert.Single(report.RejectedLines).Column);
    }

    /// <summary>JSON can write it, and no text can have it.</summary>
    [Fact]
    public void Read_HalfOfASurrogatePair_NamesLineAndColumnAndGoesOn()
    {
        var items = _files.Write("i.jsonl", """
            {"ItemId":"i1","Comment":"\ud800"}
            {"ItemId":"i2","Labels":{"a":["\udc00"]}}
            {"ItemId":"i3","Labels":{"\ud800":1}}
            {"ItemId":"i4","Categories":["a","\ud800x"]}
            {"ItemId":"i5","\ud800":1}
            {"ItemId":"i6","Comment":"\ud83d\ude00"}
            """);
        var users = _files.Write("u.csv", "user,labels\nu1,\"{\"\"a\"\":\"\"\\ud800\"\"}\"\nu2,\"{\"\"a\"\":\"\"\\ud83d\\ude00\"\"}\"\n");
        var report = new ReadReport();
        var files = new FileDataSet(null, items, users);

        var item = Assert.Single(files.ReadItems(report, TestContext.Current.CancellationToken));
        var user = Assert.Single(files.ReadUsers(report, TestContext.Current.CancellationToken));

        Assert.Equal(("i6", "😀"), (item.ItemId, item.Comment));
        Assert.Equal("u2", user.UserId);
        Assert.Equal(
            [(1, "Comment"), (2, "Labels"), (3, "Labels"), (4, "Categories"), (5, null), (2, "labels")],
            report.RejectedLines.Select(line => (line.Line, line.Column)));
    }

    [Fact]
    public void ReadItems_Csv_TurnsUnknownColumnsIntoLabels()
    {
        var path = _files.Write("i.csv", "id,title,genres,year,director\ni1,\"Heat, the \"\"film\"\"\nof\",Crime|Drama,1995,Mann\ni2,Plain,,,\n");

        var items = new FileDataSet(null, path, null).ReadItems(new ReadReport(), TestContext.Current.CancellationToken).ToList();

        Assert.Equal("Heat, the \"film\"\nof", items[0].Comment);
        Assert.Equal(["Crime", "Drama"], items[0].Categories);
        Assert.Equal("""{"year":1995,"director":"Mann"}""", items[0].LabelsJson);
        Assert.Null(items[1].LabelsJson);
        Assert.Empty(items[1].Categories);
    }

    [Fact]
    public void ReadUsers_CsvAndJsonLines_GiveLabels()
    {
        var csv = new FileDataSet(null, null, _files.Write("u.csv", "user,age\nu1,30\n"));
        var json = new FileDataSet(null, null, _files.Write("u.jsonl", """{"UserId":"u1","Labels":{"age":30}}"""));

        Assert.Equal(new ImportedUser("u1", """{"age":30}""", null), Assert.Single(csv.ReadUsers(new ReadReport(), TestContext.Current.CancellationToken)));
        Assert.Equal(new ImportedUser("u1", """{"age":30}""", null), Assert.Single(json.ReadUsers(new ReadReport(), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void ReadFeedback_AnyFile_ProgressEndsAtItsSize()
    {
        var path = _files.Write("a.csv", string.Concat(Enumerable.Range(0, 10_000).Select(i => $"u{i % 7},i{i},1\n")));
        var progress = new List<ReadProgress>();

        var count = new FileDataSet(path, null, null).ReadFeedback(new ReadReport(progress: new Immediate(progress)), TestContext.Current.CancellationToken).Count();

        Assert.Equal(10_000, count);
        Assert.Equal(progress.OrderBy(step => step.Bytes), progress);
        Assert.Equal(new ReadProgress(path, new FileInfo(path).Length, new FileInfo(path).Length), progress[^1]);
    }

    [Fact]
    public void InTimeOrder_ShuffledActions_OrdersByTimeAndKeepsTies()
    {
        var (actions, _) = Feedback("a.csv", "u1,i1,1,30\nu1,i2,1,10\nu1,i3,1,30\nu1,i4,1,20\n");

        Assert.Equal(["i2", "i4", "i1", "i3"], actions.InTimeOrder().Select(action => action.Entry.ItemId));
    }

    private (List<ImportedFeedback> Actions, ReadReport Report) Feedback(string name, string content)
    {
        var report = new ReadReport();
        return (new FileDataSet(_files.Write(name, content), null, null).ReadFeedback(report, TestContext.Current.CancellationToken).ToList(), report);
    }

    private static (string User, string Type, string Item, double Value, long TimestampMs) Summary(ImportedFeedback action) =>
        (action.UserId, action.Entry.Type, action.Entry.ItemId, action.Entry.Value, action.Entry.TimestampMs);

    private sealed class Immediate(List<ReadProgress> steps) : IProgress<ReadProgress>
    {
        public void Report(ReadProgress value) => steps.Add(value);
    }
}
