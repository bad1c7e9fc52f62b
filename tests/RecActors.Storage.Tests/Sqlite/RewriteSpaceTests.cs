namespace RecActors.Sqlite;

public sealed class RewriteSpaceTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-space-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A database of 4 MiB takes 20 with the reserve, and twice that where both copies are on one disk.</summary>
    [Theory]
    [InlineData(39, false)]
    [InlineData(40, true)]
    public void Require_BothFoldersOnADiskInUse_TakesRoomForBothCopies(int freeMiB, bool isEnough)
    {
        var database = Path.Combine(_folder.FullName, "recactors.db");
        File.WriteAllBytes(database, new byte[4 * MiB]);
        var (temporary, readings) = (_folder.CreateSubdirectory("temporary").FullName, 0);

        // Something else writes between the readings.
        var refusal = Record.Exception(() => RewriteSpace.Require(database, temporary, _ => (freeMiB * MiB) + readings++));

        Assert.Equal(isEnough, refusal is null);
        if (!isEnough)
        {
            Assert.Contains($"takes 40 MiB in {_folder.FullName}", Assert.IsType<IOException>(refusal).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/srv/data/recactors", "/srv/data")]
    [InlineData("/srv/data", "/srv/data")]
    [InlineData("/srv/database", "/")]
    [InlineData("/", "/")]
    public void MountOf_MountsWithinMounts_IsTheInnermost(string folder, string mount) =>
        Assert.Equal(mount, RewriteSpace.MountOf(folder, ["/", "/srv/data", "/proc"]));

    [Fact]
    public void FirstWritable_FolderThatIsThereAndTakesNoFile_IsPassedOver() =>
        Assert.Equal(_folder.FullName, RewriteSpace.FirstWritable([null, "", Path.Combine(_folder.FullName, "none"), "/proc", _folder.FullName]));
}
