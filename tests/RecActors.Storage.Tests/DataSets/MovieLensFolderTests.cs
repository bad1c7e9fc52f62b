namespace RecActors.DataSets;

public sealed class MovieLensFolderTests : IDisposable
{
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void ReadFeedback_RatingsByUser_ComeInTimeOrder()
    {
        WriteCsv();
        var actions = new MovieLensFolder(_files.Folder).ReadFeedback(new ReadReport(), TestContext.Current.CancellationToken).ToList();

        Assert.Equal([("2", "1"), ("1", "3"), ("1", "10")], actions.Select(action => (action.UserId, action.Entry.ItemId)));
        Assert.All(actions, action => Assert.Equal("rating", action.Entry.Type));
        Assert.Equal(964982703000, actions[^1].Entry.TimestampMs);
    }

    [Fact]
    public void ReadItems_Movies_HaveGenresYearAndTitle()
    {
        WriteCsv();
        var movies = new MovieLensFolder(_files.Folder).ReadItems(new ReadReport(), TestContext.Current.CancellationToken).ToList();

        Assert.Equal("American President, The (1995)", movies[1].Comment);
        Assert.Equal(["Comedy", "Drama"], movies[1].Categories);
        Assert.Equal("""{"year":1995}""", movies[1].LabelsJson);
        Assert.Empty(movies[2].Categories);
        Assert.Null(movies[2].LabelsJson);
    }

    [Fact]
    public void Read_OldFormat_IsReadToo()
    {
        _files.Write("ratings.dat", "1::10::4::964982703\n");
        _files.Write("movies.dat", "10::Star Wars: Episode IV - A New Hope (1977)::Action|Sci-Fi\n");
        var folder = new MovieLensFolder(_files.Folder);

        Assert.Equal("10", Assert.Single(folder.ReadFeedback(new ReadReport(), TestContext.Current.CancellationToken)).Entry.ItemId);
        Assert.Equal("Star Wars: Episode IV - A New Hope (1977)", Assert.Single(folder.ReadItems(new ReadReport(), TestContext.Current.CancellationToken)).Comment);
    }

    [Fact]
    public void Construct_AnotherFolder_SaysWhatIsMissing()
    {
        var failure = Assert.Throws<FileNotFoundException>(() => new MovieLensFolder(_files.Folder));

        Assert.Contains("ratings.csv", failure.Message, StringComparison.Ordinal);
    }

    private void WriteCsv()
    {
        _files.Write("ratings.csv", "userId,movieId,rating,timestamp\n1,10,4.0,964982703\n1,3,3.5,964982702\n2,1,5.0,900000000\n");
        _files.Write(
            "movies.csv",
            "movieId,title,genres\n1,Toy Story (1995),Animation\n10,\"American President, The (1995)\",Comedy|Drama\n11,Untitled,(no genres listed)\n");
    }
}
