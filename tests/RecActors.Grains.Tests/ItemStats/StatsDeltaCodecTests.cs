using CsCheck;
using RecActors.Catalog;
using RecActors.ItemToItem;

namespace RecActors.ItemStats;

public sealed class StatsDeltaCodecTests
{
    private static readonly Gen<(ItemAction Action, int[] Sources, long Stamp, long Position)> Actions = Gen.Select(
        Gen.Select(Gen.Int[0, 99], Gen.Single[0, 1], Gen.Bool, Gen.Long),
        Gen.Int[0, 99].Array[0, 25],
        Gen.Long,
        Gen.OneOf(Gen.Long, Gen.Const(StatsAction.UnknownPosition)),
        (action, sources, stamp, position) => (new ItemAction(action.Item1, action.Item2, action.Item3, action.Item4), sources, stamp, position));

    [Fact]
    public void Decode_InAnotherProcess_MeansTheSameItems() => Actions.Array[0, 30].Sample(actions =>
    {
        var (here, there) = (Catalog(row => row), Catalog(row => 99 - row));
        var sent = new StatsDelta();
        foreach (var (action, sources, stamp, position) in actions)
        {
            sent.Add(action, sources, stamp, position);
        }

        var received = StatsDeltaCodec.Decode(StatsDeltaCodec.Encode(sent, here), there);

        Assert.Equal(actions.Length, received.Actions.Count);
        foreach (var ((action, sources, stamp, position), got) in actions.Zip(received.Actions))
        {
            Assert.Equal(here.IdOf(action.Row), there.IdOf(got.Counted.Row));
            Assert.Equal(action, got.Counted with { Row = action.Row });
            Assert.Equal((stamp, position), (got.Stamp, got.Position));
            Assert.Equal(sources.Select(here.IdOf), received.SourcesOf(got).ToArray().Select(there.IdOf));
        }
    });

    [Fact]
    public void Encode_ActionsWithTwentySources_TakesAbout60BytesEach()
    {
        var random = new Random(5);
        var catalog = Catalog(row => row);
        var delta = new StatsDelta();
        for (var i = 0; i < 1000; i++)
        {
            var sources = Enumerable.Range(0, 20).Select(_ => random.Next(100)).ToArray();
            delta.Add(new ItemAction(random.Next(100), 1, IsRepeat: false, 1_700_000_000_000 + (i * 40)), sources, 5000 + i, 90_000 + i);
        }

        Assert.InRange(StatsDeltaCodec.Encode(delta, catalog).Length / 1000.0, 20, 60);
    }

    [Fact]
    public void Decode_FormatOfANewerSilo_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => StatsDeltaCodec.Decode([2, 0, 0], new CatalogReplica()));

    private static CatalogReplica Catalog(Func<int, int> idOf)
    {
        var catalog = new CatalogReplica();
        for (var row = 0; row < 100; row++)
        {
            catalog.Intern($"item-{idOf(row)}");
        }

        return catalog;
    }
}
