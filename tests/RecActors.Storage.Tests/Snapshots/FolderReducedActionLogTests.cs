using System.Globalization;
using RecActors.Storage;

namespace RecActors.Snapshots;

/// <summary>What a start reads is a beginning of what was written, whatever became of the files.</summary>
public sealed class FolderReducedActionLogTests : IDisposable
{
    private const ulong Rules = 7;
    private const int Blocks = 5;

    private static readonly string[] Ids = [.. Enumerable.Range(0, 40).Select(item => $"item-{item}-\u00e9")];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_folder.Path, "snapshots");

    private string[] Parts => [.. Directory.GetFiles(Folder, "actions-*").Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_ByTheNextProcess_IsWhatWasWritten()
    {
        await WriteAsync();

        await using var storage = _folder.Open();
        var (read, position) = await ReadAsync(storage);

        Assert.Equal(Expected(Blocks), read);
        Assert.Equal(Blocks, BlocksUpTo(position));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(25)]
    [InlineData(52)]
    public async Task Read_BehindAPosition_IsWhatComesAfterIt(long after)
    {
        await WriteAsync();
        await using var storage = _folder.Open();

        var (read, position) = await ReadAsync(storage, after: after);

        Assert.Equal(Expected(Blocks).Where(text => long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) > after), read);
        Assert.Equal(Blocks, BlocksUpTo(position));
    }

    [Fact]
    public async Task Read_AProcessWasThereMeanwhileThatDidNot_IsNothing()
    {
        await WriteAsync();
        await using (_folder.Open())
        {
        }

        await using var storage = _folder.Open();
        var (read, position) = await ReadAsync(storage);

        Assert.Empty(read);
        Assert.Equal(0, position);
        Assert.Empty(Parts);
    }

    [Fact]
    public async Task Read_TheJournalsEndBeforeIt_IsNothingAndNeverWillBeSomething()
    {
        await WriteAsync();
        var part = await File.ReadAllBytesAsync(Assert.Single(Parts), Token);
        await using (var storage = _folder.Open())
        {
            var (read, position) = await ReadAsync(storage, head: 51);
            Assert.Empty(read);
            Assert.Equal(52, position);
            Assert.Empty(Parts);
        }

        // As if it could not have been removed.
        await File.WriteAllBytesAsync(Path.Combine(Folder, "actions-0000000000000001"), part, Token);
        await using var again = _folder.Open();

        Assert.Empty((await ReadAsync(again)).Read);
    }

    [Fact]
    public async Task RemoveBefore_TheFolderWasDeleted_GoesOnInANewOne()
    {
        await WriteAsync();
        await using var storage = _folder.Open();
        await ReadAsync(storage);
        var log = storage.Snapshots.ReducedActions;
        await log.WriteAsync(Rules, BlockOf(8), row => Ids[row], Token);
        Directory.Delete(Folder, recursive: true);

        log.RemoveBefore(log.BeginPart());

        Assert.Equal(0, log.Bytes);
        await log.WriteAsync(Rules, BlockOf(9), row => Ids[row], Token);
        Assert.Single(Parts);
    }

    [Fact]
    public async Task Write_ThePartCannotBeMade_IsRemovedWithTheOthersAndTheNextOneHolds()
    {
        await WriteAsync();
        await using var storage = _folder.Open();
        await ReadAsync(storage);
        var log = storage.Snapshots.ReducedActions;
        var blocked = Directory.CreateDirectory(Path.Combine(Folder, "actions-0000000000000002"));
        await Assert.ThrowsAnyAsync<Exception>(() => log.WriteAsync(Rules, BlockOf(8), row => Ids[row], Token).AsTask());
        blocked.Delete();

        await log.WriteAsync(Rules, BlockOf(9), row => Ids[row], Token);

        Assert.Equal([.. Expected(Blocks), .. Texts(BlockOf(9), row => Ids[row])], (await ReadAsync(storage)).Read);
        log.RemoveBefore(log.BeginPart());
        Assert.Empty(Parts);
        Assert.Equal(0, log.Bytes);
    }

    [Fact]
    public async Task Read_CutShortAnywhere_IsTheBlocksThatAreWhole()
    {
        await WriteAsync();
        var part = Assert.Single(Parts);
        var whole = await File.ReadAllBytesAsync(part, Token);
        var seen = new HashSet<int>();
        await using var storage = _folder.Open();
        for (var length = whole.Length; length >= 0; length--)
        {
            await File.WriteAllBytesAsync(part, whole[..length], Token);

            var (read, position) = await ReadAsync(storage);

            Assert.Equal(Expected(BlocksUpTo(position)), read);
            seen.Add(BlocksUpTo(position));
        }

        Assert.Equal(Enumerable.Range(0, Blocks + 1), seen.Order());
    }

    [Fact]
    public async Task Read_AByteIsAnother_IsTheBlocksBeforeIt()
    {
        await WriteAsync();
        var part = Assert.Single(Parts);
        var whole = await File.ReadAllBytesAsync(part, Token);
        await using var storage = _folder.Open();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(part, damaged, Token);

            var (read, position) = await ReadAsync(storage);

            Assert.True(BlocksUpTo(position) < Blocks);
            Assert.Equal(Expected(BlocksUpTo(position)), read);
        }
    }

    [Fact]
    public async Task Read_OfOtherRules_IsThePositionAlone()
    {
        await WriteAsync();
        await using var storage = _folder.Open();

        var (read, position) = await ReadAsync(storage, Rules + 1);

        Assert.Empty(read);
        Assert.Equal(Blocks, BlocksUpTo(position));
    }

    [Fact]
    public async Task Read_OfAnotherSite_IsNothing()
    {
        await WriteAsync();
        var part = await File.ReadAllBytesAsync(Assert.Single(Parts), Token);
        using var elsewhere = new TemporaryFolder();
        await using var storage = elsewhere.Open();
        await ReadAsync(storage);
        await storage.Snapshots.ReducedActions.WriteAsync(Rules, BlockOf(1), row => Ids[row], Token);
        await File.WriteAllBytesAsync(Path.Combine(elsewhere.Path, "snapshots", "actions-0000000000000009"), part, Token);
        await storage.DisposeAsync();

        await using var again = elsewhere.Open();
        var (read, _) = await ReadAsync(again);

        Assert.Equal(Expected(1), read);
    }

    [Fact]
    public async Task RemoveBefore_APart_KeepsWhatWasWrittenFromItOn()
    {
        await WriteAsync();
        await using var storage = _folder.Open();
        await ReadAsync(storage);
        var log = storage.Snapshots.ReducedActions;
        await log.WriteAsync(Rules, BlockOf(8), row => Ids[row], Token);
        var part = log.BeginPart();
        await log.WriteAsync(Rules, BlockOf(9), row => Ids[row], Token);
        Assert.Equal(3, Parts.Length);
        Assert.Equal(Parts.Sum(path => new FileInfo(path).Length), log.Bytes);

        log.RemoveBefore(part);

        Assert.Equal([.. Texts(BlockOf(9), row => Ids[row])], (await ReadAsync(storage)).Read);
        Assert.Equal(new FileInfo(Assert.Single(Parts)).Length, log.Bytes);
    }

    private async Task WriteAsync()
    {
        await using var storage = _folder.Open();
        await ReadAsync(storage);
        for (var block = 1; block <= Blocks; block++)
        {
            await storage.Snapshots.ReducedActions.WriteAsync(Rules, BlockOf(block), row => Ids[row], Token);
        }
    }

    /// <summary>As text, with rows of this process, which numbers items otherwise.</summary>
    private static async Task<(List<string> Read, long Position)> ReadAsync(EmbeddedStorage storage, ulong rules = Rules, long after = 0, long head = long.MaxValue)
    {
        var (actions, rows) = (new ReducedActions(), new List<string>());
        var position = await storage.Snapshots.ReducedActions.ReadAsync(rules, after, head, RowOf, actions, Token);
        return ([.. Texts(actions, row => rows[row])], position);

        int RowOf(string itemId)
        {
            if (!rows.Contains(itemId))
            {
                rows.Add(itemId);
            }

            return rows.IndexOf(itemId);
        }
    }

    /// <summary>Three actions at positions of which the tens tell the block; the last one is in the middle.</summary>
    private static ReducedActions BlockOf(int number)
    {
        var (random, actions) = (new Random(number), new ReducedActions());
        foreach (var place in (int[])[0, 2, 1])
        {
            actions.Add((number * 10) + place, random.Next(2) == 0, [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(Ids.Length))]);
        }

        return actions;
    }

    private static int BlocksUpTo(long position) => (int)(position / 10);

    private static List<string> Expected(int blocks) => [.. Enumerable.Range(1, blocks).SelectMany(block => Texts(BlockOf(block), row => Ids[row]))];

    private static IEnumerable<string> Texts(ReducedActions actions, Func<int, string> idOf)
    {
        for (var index = 0; index < actions.Count; index++)
        {
            var action = actions[index];
            var sources = actions.SourcesOf(action).ToArray().Select(idOf);
            yield return $"{action.Position} {action.IsRepeat} {string.Join(' ', sources)}";
        }
    }
}
