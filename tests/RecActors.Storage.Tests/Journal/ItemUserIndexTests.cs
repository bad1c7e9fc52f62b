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
        var (random, block) = (new Random(1), new ItemUserBlock());
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
                    ItemUserIndex.Add(session, OrdinalText.GetBytes(item), Array.ConvertAll(some, OrdinalText.GetBytes), block);
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
                Assert.Equal(0L, Scalar(storage, $"SELECT count(*) FROM item_user_blocks WHERE first = CAST('{NameOf(user)}' AS BLOB)"));
            }
        }

        Assert.Equal(0L, Scalar(storage, "SELECT count(*) FROM item_user_blocks"));
        var again = await storage.Journal.OpenAsync(NameOf(7), None);
        await storage.Journal.AppendAsync(NameOf(7), again.Epoch, 0, [Actions.Read("all's")], None);
        await storage.Checkpointer.CheckpointAsync(None);
        Assert.Equal([NameOf(7)], await storage.Journal.ListUsersOfItemAsync("all's", null, users, None));

        static string NameOf(int user) => $"{user:D4}-{user}";
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
