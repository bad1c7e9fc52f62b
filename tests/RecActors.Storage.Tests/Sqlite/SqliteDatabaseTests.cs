namespace RecActors.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string Begin = "BEGIN", Read = "SELECT count(*) FROM meta", End = "ROLLBACK";
    private const string Write = "INSERT INTO meta(key, value) VALUES ('test', 0) ON CONFLICT(key) DO UPDATE SET value = value + 1";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TryEmptyLog_BesideAReader_KeepsNoWriterWaitingForItsEnd()
    {
        await using var storage = _folder.Open();
        using var reader = storage.Database.Readers.Rent();
        reader.Session.Prepare(Begin).Run();
        reader.Session.Prepare(Read).Run();
        using var writer = storage.Database.OpenSession(busyTimeoutMs: 2000);

        // One that waited for the reader would keep the writer out for as long as it is patient, and the writer gives up sooner.
        var emptying = Task.Run(storage.Database.TryEmptyLog, TestContext.Current.CancellationToken);
        do
        {
            writer.Prepare(Write).Run();
        }
        while (!emptying.IsCompleted);

        Assert.False(await emptying);
        writer.Prepare(Write).Run();
        reader.Session.Prepare(End).Run();
        Assert.True(storage.Database.TryEmptyLog());
        Assert.Equal(0, new FileInfo(storage.Database.Path + "-wal").Length);
    }
}
