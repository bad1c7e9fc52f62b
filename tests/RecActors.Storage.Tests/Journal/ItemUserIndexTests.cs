using Microsoft.Extensions.Logging.Abstractions;
using RecActors.Journal.Sqlite;
using RecActors.Packing;
using RecActors.Sqlite;
using RecActors.Storage;

namespace RecActors.Journal;

/// <summary>The index of items against sets: blocks that grow, split, shrink and go.</summary>
public sealed class ItemUserIndexTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_UsersInAnyOrder_ListsThemInOrdinalOrderFromAnyOn()
    {
        await using var storage = _folder.Open();
        var (random, index, block) = (new Random(1), new ItemUserIndex(NullLogger.Instance), new ItemUserBlock());
        var known = new Dictionary<string, SortedSet<string>>
        {
            ["a"] = new(StringComparer.Ordinal),
            ["b"] = new(StringComparer.Ordinal),
        };

        await WriteAsync(storage, session =>
        {
            for (var round = 0; round < 60; round++)
            {
                foreach (var (item, users) in known)
                {
                    string[] some = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => NameOf(random)).Distinct().Order(StringComparer.Ordinal)];
                    index.Add(session, OrdinalText.GetBytes(item), Array.ConvertAll(some, OrdinalText.GetBytes), block);
                    users.UnionWith(some);
                }
            }
        });

        using var reader = storage.Database.Readers.Rent();
        Assert.True((long)Scalar(storage, "SELECT count(*) FROM item_user_blocks") > 20);
        Assert.InRange((long)Scalar(storage, "SELECT max(length(users)) FROM item_user_blocks"), 1, ItemUserBlock.MaxBytes);
        foreach (var (item, users) in known)
        {
            foreach (var from in users.Append("").Append("user-5").Append("zzz"))
            {
                var expected = users.SkipWhile(user => string.CompareOrdinal(user, from) < 0);
                Assert.Equal(expected.Take(7), ItemUserIndex.UsersFrom(reader.Session, OrdinalText.GetBytes(item), from, 7));
            }

            Assert.Equal(users, ItemUserIndex.UsersFrom(reader.Session, OrdinalText.GetBytes(item), "", int.MaxValue));
        }

        static string NameOf(Random random) => random.Next(3) == 0 ? $"{random.NextInt64():x}{random.NextInt64():x}" : $"user-{random.Next(3_000)}";
    }

    [Fact]
    public async Task DeleteAsync_UsersOfManyBlocks_LeavesNoneOfThemInTheIndex()
    {
        const int users = 300;
        await using var storage = _folder.Open();
        for (var user = 0; user < users; user++)
        {
            var opened = await storage.Journal.OpenAsync(NameOf(user), None);
            await storage.Journal.AppendAsync(NameOf(user), opened.Epoch, 0, [Actions.Read("all's")], None);
        }

        await storage.Checkpointer.CheckpointAsync(None);
        Assert.True((long)Scalar(storage, "SELECT count(*) FROM item_user_blocks") > 3);

        // Every other one, so that keys of blocks are among them, then all: those who come again are listed, and keys are no traces.
        var left = Enumerable.Range(0, users).Select(NameOf).ToHashSet();
        foreach (var user in Enumerable.Range(0, users).OrderBy(user => (user % 2, user)))
        {
            await storage.Journal.DeleteAsync(NameOf(user), None);
            left.Remove(NameOf(user));
            if (user % 20 < 2)
            {
                Assert.Equal(left.Order(StringComparer.Ordinal), await storage.Journal.ListUsersOfItemAsync("all's", null, users, None));
                Assert.All(Blocks(storage), block => Assert.Contains(block.Key, new[] { "", block.Names[0] }));
                Assert.Equal(left.Order(StringComparer.Ordinal), Blocks(storage).SelectMany(block => block.Names));
            }
        }

        Assert.Equal(0L, Scalar(storage, "SELECT count(*) FROM item_user_blocks"));
        var again = await storage.Journal.OpenAsync(NameOf(7), None);
        await storage.Journal.AppendAsync(NameOf(7), again.Epoch, 0, [Actions.Read("all's")], None);
        await storage.Checkpointer.CheckpointAsync(None);
        Assert.Equal([NameOf(7)], await storage.Journal.ListUsersOfItemAsync("all's", null, users, None));

        static string NameOf(int user) => $"{user:D4}-{user}";
    }

    [Fact]
    public void Seal_NamesThatAscend_FillsBlocksToTwoThirdsAndLeavesTheRest()
    {
        var block = new ItemUserBlock();
        byte[] longest = [.. Enumerable.Repeat((byte)'z', 2 * ItemUserBlock.MaxBytes)];
        byte[][] names = [.. Enumerable.Range(0, 250).Select(user => OrdinalText.GetBytes($"user-{user:D6}")), longest];
        Assert.True(block.Add([], names, 0, names.Length));

        var blocks = ItemUserBlock.Seal(block.Names, []);

        Assert.Equal(names.Select(name => OrdinalText.GetString(name)), blocks.SelectMany(part => NamesIn(part.Block)));
        Assert.Equal(["", .. blocks.Skip(1).Select(part => NamesIn(part.Block)[0])], blocks.Select(part => OrdinalText.GetString(part.Key)));
        Assert.All(blocks[..^2], part => Assert.InRange(part.Block.Length, (ItemUserBlock.MaxBytes * 2 / 3) - 16, (ItemUserBlock.MaxBytes * 2 / 3) + 4));
        Assert.Single(NamesIn(blocks[^1].Block));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Open_AByteOfABlockIsFlipped_EverythingGoesOnAndTheNextStartMakesTheIndexAnew(int at)
    {
        const int users = 300;
        var left = Enumerable.Range(0, users).Select(NameOf).ToHashSet();
        await using (var storage = _folder.Open())
        {
            for (var user = 0; user < users; user++)
            {
                await AppendAsync(storage, NameOf(user), "all's");
            }

            await storage.Checkpointer.CheckpointAsync(None);
            await WriteAsync(storage, session => FlipInEveryBlock(session, at));

            // Who asks is told; who acts, the checkpoint that enters it into a damaged block, and who is deleted out of one, hear nothing of it.
            await Assert.ThrowsAsync<JournalUnavailableException>(async () => await storage.Journal.ListUsersOfItemAsync("all's", null, users, None));
            await AppendAsync(storage, "0150-later", "all's");
            await storage.Checkpointer.CheckpointAsync(None);
            await storage.Journal.DeleteAsync(NameOf(7), None);
            await storage.Journal.DeleteAsync(NameOf(290), None);
            Assert.Contains(Blocks(storage), block => block.Names.Contains("0150-later"));
            Assert.All(Blocks(storage), block => Assert.Contains(block.Key, new[] { "", block.Names[0] }));
        }

        left.ExceptWith([NameOf(7), NameOf(290)]);
        await using var again = _folder.Open();
        Assert.Equal(left.Append("0150-later").Order(StringComparer.Ordinal), await again.Journal.ListUsersOfItemAsync("all's", null, 2 * users, None));

        static string NameOf(int user) => $"{user:D4}-{user}";
    }

    private static async Task AppendAsync(EmbeddedStorage storage, string user, string item)
    {
        var opened = await storage.Journal.OpenAsync(user, None);
        await storage.Journal.AppendAsync(user, opened.Epoch, opened.Entries.Count, [Actions.Read(item)], None);
    }

    private static void FlipInEveryBlock(SqliteSession session, int at)
    {
        var blocks = new List<(byte[] Item, byte[] First, byte[] Users)>();
        using (var rows = session.Prepare("SELECT item, first, users FROM item_user_blocks"))
        {
            while (rows.Step())
            {
                blocks.Add((rows.Blob(0).ToArray(), rows.Blob(1).ToArray(), rows.Blob(2).ToArray()));
            }
        }

        foreach (var (item, first, users) in blocks)
        {
            users[at < 0 ? users.Length + at : at] ^= 1;
            const string update = "UPDATE item_user_blocks SET users = ?3 WHERE item = ?1 AND first = ?2";
            session.Prepare(update).Bind(1, item).Bind(2, first).Bind(3, users).Run();
        }
    }

    /// <summary>The blocks that can be read, with their keys, in order.</summary>
    private static List<(string Key, List<string> Names)> Blocks(EmbeddedStorage storage)
    {
        var blocks = new List<(string, List<string>)>();
        using var session = storage.Database.OpenSession();
        using var rows = session.Prepare("SELECT first, users FROM item_user_blocks ORDER BY item, first");
        while (rows.Step())
        {
            try
            {
                blocks.Add((OrdinalText.GetString(rows.Blob(0)), NamesIn(rows.Blob(1))));
            }
            catch (InvalidDataException)
            {
                // Damaged by the test.
            }
        }

        return blocks;
    }

    private static List<string> NamesIn(ReadOnlySpan<byte> block)
    {
        var names = new List<string>();
        var reader = new FrontCodedReader(ItemUserBlock.Open(block));
        while (reader.MoveNext())
        {
            names.Add(OrdinalText.GetString(reader.Name));
        }

        return names;
    }

    private static Task<bool> WriteAsync(EmbeddedStorage storage, Action<SqliteSession> write) => storage.Database.Writer.WriteAsync(
        session =>
        {
            write(session);
            return true;
        },
        bytes: 0);

    private static object Scalar(EmbeddedStorage storage, string sql)
    {
        using var session = storage.Database.OpenSession();
        return session.Scalar(sql)!;
    }
}
