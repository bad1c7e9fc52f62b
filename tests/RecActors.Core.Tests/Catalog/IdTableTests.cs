using CsCheck;

namespace RecActors.Catalog;

public sealed class IdTableTests
{
    [Fact]
    public void TryGet_AnyIds_AsADictionary() =>
        Gen.String[0, 4].Array[0, 600].Sample(
            names =>
            {
                var ids = new List<string>();
                var (table, rows) = (new IdTable(row => ids[row]), new Dictionary<string, int>(StringComparer.Ordinal));
                foreach (var name in names)
                {
                    Assert.Equal(rows.TryGetValue(name, out var expected), table.TryGet(name, out var row));
                    if (rows.TryAdd(name, ids.Count))
                    {
                        ids.Add(name);
                        table.Add(name, ids.Count - 1);
                    }
                    else
                    {
                        Assert.Equal(expected, row);
                    }
                }

                Assert.All(rows, pair => Assert.True(table.TryGet(pair.Key, out var row) && row == pair.Value));
            },
            iter: 50);

    [Fact]
    public async Task TryGet_WhileRowsAreAdded_FindsThoseThatWereThereBefore()
    {
        const int rows = 20_000;
        var ids = Enumerable.Range(0, rows).Select(row => $"item-{row}").ToArray();
        var table = new IdTable(row => ids[row]);
        var added = 0;
        var reader = Task.Run(
            () =>
            {
                var random = new Random(1);
                while (Volatile.Read(ref added) is var there && there < rows)
                {
                    var wanted = random.Next(rows);
                    var found = table.TryGet(ids[wanted], out var row);
                    Assert.True(found ? row == wanted : wanted >= there);
                }
            },
            TestContext.Current.CancellationToken);
        for (var row = 0; row < rows; row++)
        {
            table.Add(ids[row], row);
            Volatile.Write(ref added, row + 1);
        }

        await reader;
    }
}
