using RecActors.Threads;

namespace RecActors.Snapshots;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_WrittenInPartsOfAnySize_IsTheSame(bool givesWay)
    {
        // More than is written without a sync.
        var content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        var path = Path.Combine(_folder.Path, "file");
        void Write() => SnapshotFile.Write(path, number: 7, stream =>
        {
            stream.WriteByte(content[0]);
            stream.Write(content, 1, 9);
            stream.Write(content.AsSpan(10..3_000_000));
            stream.Write(content.AsSpan(3_000_000));
        });

        if (givesWay)
        {
            await BackgroundThread.RunAsync(
                "writer",
                () =>
                {
                    Write();
                    return true;
                },
                TestContext.Current.CancellationToken);
        }
        else
        {
            Write();
        }

        Assert.True(SnapshotFile.Read(path, number: 7, read => read.SequenceEqual(content)));
        Assert.Throws<InvalidDataException>(() => SnapshotFile.Read(path, number: 8, read => read.Length));
    }
}
