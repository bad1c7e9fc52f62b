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
        Assert.Equal(Blocks, position);
    }

    [Fact]
    public async Task Read_CutShortAnywhere_IsTheBlocksThatAreWhole()
    {
        await WriteAsync();
        var part = Assert.Single(Parts);
        var whole = await File.ReadAllBytesAsync(part, Token);
        var seen = new HashSet<int>();
        await using var storage = _folder.Open();
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(part, whole[..length], Token);

            var (read, position) = await ReadAsync(storage);

            Assert.Equal(Expected((int)position), read);
            seen.Add((int)position);
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

            Assert.True(position < Blocks);
            Assert.Equal(Expected((int)position), read);
        }
    }

    [Fact]
    public async Task Read_OfOtherRules_IsThePositionAlone()
    {
        await WriteAsync();
        await using var storage = _folder.Open();

        var (read, position) = await ReadAsync(storage, Rules + 1);

        Assert.Empty(read);
        Assert.Equal(Blocks, position);
    }

    [Fact]
    public async Task Read_OfAnotherSite_IsNothing()
    {
        await WriteAsync();
        var part = await File.ReadAllBytesAsync(Assert.Single(Parts), Token);
        using var elsewhere = new TemporaryFolder();
        await using var storage = elsewhere.Open();
        await storage.Snapshots.ReducedActions.WriteAsync(Rules, 1, BlockOf(1), row => Ids[row], Token);
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
        var log = storage.Snapshots.ReducedActions;
        await log.WriteAsync(Rules, 8, BlockOf(8), row => Ids[row], Token);
        var part = log.BeginPart();
        await log.WriteAsync(Rules, 9, BlockOf(9), row => Ids[row], Token);
        Assert.Equal(3, Parts.Length);
        Assert.Equal(Parts.Sum(path => new FileInfo(path).Length), log.Bytes);

        log.RemoveBefore(part);

        Assert.Equal([.. Texts(BlockOf(9), row => Ids[row])], (await ReadAsync(storage)).Read);
        Assert.Equal(new FileInfo(Assert.Single(Parts)).Length, log.Bytes);
    }

    private async Task WriteAsync()
    {
        await using var storage = _folder.Open();
        for (var block = 1; block <= Blocks; block++)
        {
            await storage.Snapshots.ReducedActions.WriteAsync(Rules, block, BlockOf(block), row => Ids[row], Token);
        }
    }

    /// <summary>As text, with rows of this process, which numbers items otherwise.</summary>
    private static async Task<(List<string> Read, long Position)> ReadAsync(EmbeddedStorage storage, ulong rules = Rules)
    {
        var (actions, rows) = (new ReducedActions(), new List<string>());
        var position = await storage.Snapshots.ReducedActions.ReadAsync(rules, RowOf, actions, Token);
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

    private static ReducedActions BlockOf(int number)
    {
        var (random, actions) = (new Random(number), new ReducedActions());
        for (var action = 0; action < 3; action++)
        {
            actions.Add((ulong)random.NextInt64(), random.Next(1, 1000), random.Next(2) == 0, [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(Ids.Length))]);
        }

        return actions;
    }

    private static List<string> Expected(int blocks) => [.. Enumerable.Range(1, blocks).SelectMany(block => Texts(BlockOf(block), row => Ids[row]))];

    private static IEnumerable<string> Texts(ReducedActions actions, Func<int, string> idOf)
    {
        for (var index = 0; index < actions.Count; index++)
        {
            var action = actions[index];
            var sources = actions.SourcesOf(action).ToArray().Select(idOf);
            yield return $"{action.User} {action.Sequence} {action.IsRepeat} {string.Join(' ', sources)}";
        }
    }
}
