using RecActors.DataSets;
using RecActors.Training;

namespace RecActors.Formats;

public sealed class EvaluationDataReaderTests : IDisposable
{
    private readonly DataFiles _files = new();

    [Fact]
    public void MovieLens_FolderOfRatings_ComesByTimeWithAllMovies()
    {
        _files.Write("ratings.csv", "userId,movieId,rating,timestamp", "1,20,4.0,200", "2,10,3.0,100");
        _files.Write("movies.csv", "movieId,title,genres", "10,A (1990),Drama", "20,B (1991),Comedy", "30,C (1992),Drama");
        var data = _files.Read(DataFormat.MovieLens);

        Assert.Equal(["2 10 100000", "1 20 200000"], LinesOf(data.Set));
        Assert.Equal((3, EventOrder.Times), (data.Set.ItemIds.Count, data.Order));
    }

    [Fact]
    public void Tsv_OptionalColumns_AreValueAndTime()
    {
        _files.Write("actions.tsv", "u1\ti1\t1\t300", "u1\ti2\t1\t100");
        Assert.Equal(["u1 i2 100000", "u1 i1 300000"], LinesOf(_files.Read(DataFormat.Tsv, "actions.tsv").Set));
    }

    [Fact]
    public void Tsv_WithoutTimes_SaysThatThereIsNoOrder()
    {
        _files.Write("actions.tsv", "u1\ti1", "u1\ti2");
        Assert.Equal(EventOrder.None, _files.Read(DataFormat.Tsv, "actions.tsv").Order);
    }

    [Fact]
    public void Jsonl_NamesOfTheApi_AreRead()
    {
        _files.Write(
            "actions.jsonl",
            """{"FeedbackType":"read","UserId":"u","ItemId":"b","Value":1,"Timestamp":"2024-01-01T00:00:02Z"}""",
            """{"FeedbackType":"read","UserId":"u","ItemId":"a","Value":1,"Timestamp":"2024-01-01T00:00:01Z"}""");
        Assert.Equal(["u a 1704067201000", "u b 1704067202000"], LinesOf(_files.Read(DataFormat.Jsonl, "actions.jsonl").Set));
    }

    [Fact]
    public void LightGcn_ThreeFiles_AreTheParts()
    {
        _files.Write("train.txt", "0 1 2", "1 2");
        _files.Write("valid.txt", "0 3");
        _files.Write("test.txt", "0 4", "1 1 4", "2");
        var data = _files.Read(DataFormat.LightGcn);

        Assert.Equal(["0 1", "0 2", "1 2", "0 3", "0 4", "1 1", "1 4"], LinesOf(data.Set, withTime: false));
        Assert.Equal(
            [EventPart.Train, EventPart.Train, EventPart.Train, EventPart.Validation, EventPart.Test, EventPart.Test, EventPart.Test],
            data.Parts);
    }

    [Fact]
    public void LightGcn_RepeatedItem_CountsOnce()
    {
        _files.Write("train.txt", "0 1 1 2", "0 2");
        _files.Write("test.txt", "0 3");
        var data = _files.Read(DataFormat.LightGcn);
        Assert.Equal((3, 2L), (data.Set.Events.Count, data.Duplicates));
    }

    [Fact]
    public void Sequences_OfUnlikeLengths_EndTogether()
    {
        _files.Write("sequences.txt", "a x y z", "b z");
        var data = _files.Read(DataFormat.Sequences, "sequences.txt");
        Assert.Equal(["a x", "a y", "a z", "b z"], LinesOf(data.Set, withTime: false));
        Assert.Equal(data.Set.Events.TimestampMs[2], data.Set.Events.TimestampMs[3]);
    }

    [Fact]
    public void Items_ThatOnlyActionsName_AreInTheCatalog()
    {
        _files.Write("sequences.txt", "a x y");
        Assert.All(_files.Read(DataFormat.Sequences, "sequences.txt").Set.Items, Assert.NotNull);
    }

    [Fact]
    public void Read_LineThatIsNone_NamesFileLineAndColumn()
    {
        _files.Write("sequences.txt", "a x", "b y/z");
        var error = Assert.Throws<InvalidDataException>(() => _files.Read(DataFormat.Sequences, "sequences.txt"));
        Assert.Contains("sequences.txt:2: column 2:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TsvWithBrokenTime_NamesFileLineAndColumn()
    {
        _files.Write("actions.tsv", "user\titem\ttime", "u\ti\t100", "u\tj\tyesterday?");
        var error = Assert.Throws<TooManyRejectedLinesException>(() => _files.Read(DataFormat.Tsv, "actions.tsv"));
        Assert.Contains("actions.tsv:3: time:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DataFormat.LightGcn, null, "train.txt:2: column 3:")]
    [InlineData(DataFormat.Jsonl, "actions.jsonl", "actions.jsonl:2:")]
    [InlineData(DataFormat.MovieLens, null, "ratings.csv:3:")]
    public void Read_BrokenLine_NamesFileAndLine(DataFormat format, string? name, string expected)
    {
        _files.Write("train.txt", "0 1", "1 2 a/b");
        _files.Write("test.txt", "0 3");
        _files.Write("actions.jsonl", """{"FeedbackType":"read","UserId":"u","ItemId":"i","Timestamp":"2024-01-01T00:00:00Z"}""", "{");
        _files.Write("movies.csv", "movieId,title,genres", "10,A (1990),Drama");
        _files.Write("ratings.csv", "userId,movieId,rating,timestamp", "1,10,4.0,200", "1,10,four,300");
        var error = Assert.ThrowsAny<Exception>(() => _files.Read(format, name));
        Assert.True(error is InvalidDataException or TooManyRejectedLinesException, $"{error.GetType()}");
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameEventTwice_CountsOnce()
    {
        _files.Write("actions.tsv", "u\ti\t1\t100", "u\ti\t1\t100", "u\tj\t1\t100");
        var data = _files.Read(DataFormat.Tsv, "actions.tsv");
        Assert.Equal((2, 1L), (data.Set.Events.Count, data.Duplicates));
    }

    [Theory]
    [InlineData(DataFormat.Sequences, "empty.txt")]
    [InlineData(DataFormat.Tsv, "empty.txt")]
    [InlineData(DataFormat.Jsonl, "empty.jsonl")]
    [InlineData(DataFormat.LightGcn, null)]
    [InlineData(DataFormat.MovieLens, null)]
    public void Read_EmptyFile_SaysSo(DataFormat format, string? name)
    {
        _files.Write("empty.txt");
        _files.Write("empty.jsonl");
        _files.Write("train.txt");
        _files.Write("test.txt");
        _files.Write("ratings.csv", "userId,movieId,rating,timestamp");
        _files.Write("movies.csv", "movieId,title,genres");
        var error = Assert.Throws<InvalidDataException>(() => _files.Read(format, name));
        Assert.Contains("holds no action", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FolderWithoutTest_SaysWhatIsMissing()
    {
        _files.Write("train.txt", "0 1");
        var error = Assert.Throws<FileNotFoundException>(() => _files.Read(DataFormat.LightGcn));
        Assert.Contains("no test.txt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_JsonNamedOtherwise_SaysHowItIsNamed()
    {
        _files.Write("actions.txt", "{}");
        var error = Assert.Throws<InvalidDataException>(() => _files.Read(DataFormat.Jsonl, "actions.txt"));
        Assert.Contains(".jsonl", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private static IEnumerable<string> LinesOf(TrainingSet set, bool withTime = true) =>
        Enumerable.Range(0, set.Events.Count).Select(index =>
            $"{set.UserIds[set.Events.User[index]]} {set.ItemIds[set.Events.Item[index]]}" + (withTime ? $" {set.Events.TimestampMs[index]}" : ""));
}
