using System.Net;
using CsCheck;

namespace RecActors.Sharding;

public sealed class ShardBalanceTests
{
    private static readonly SiloAddress[] Silos =
        [.. Enumerable.Range(1, 6).Select(port => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1))];

    private static readonly Gen<(int[] Hosts, int Here, int Leaving)> Clusters =
        Gen.Select(Gen.Int[0, Silos.Length - 1].Array[1, 20], Gen.Int[1, Silos.Length], Gen.Int[0, Silos.Length - 1]);

    [Fact]
    public void Moves_AnyCluster_LeaveNoSiloWithTwoMoreThanAnother() => Clusters.Sample((hosts, here, leaving) =>
    {
        var after = After(hosts, here, leaving, out var targets);
        var counts = targets.ConvertAll(silo => after.Count(host => host.Equals(silo)));
        if (targets.Count > 0)
        {
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
            Assert.Equal(hosts.Length, counts.Sum());
        }
    });

    [Fact]
    public void Moves_BalancedCluster_AreNone() => Clusters.Sample((hosts, here, leaving) =>
    {
        var after = After(hosts, here, leaving, out var targets);
        if (targets.Count > 0)
        {
            Assert.Empty(ShardBalance.Moves([.. after.Select(silo => (ShardPlace?)new ShardPlace(silo, false))], targets));
        }
    });

    [Fact]
    public void Moves_SiloThatJoins_TakesNoMoreThanItsShare()
    {
        ShardPlace?[] places = [.. Enumerable.Range(0, 8).Select(shard => (ShardPlace?)new ShardPlace(Silos[shard % 2], false))];
        var moves = ShardBalance.Moves(places, Silos[..3]);
        Assert.Equal(2, moves.Count);
        Assert.All(moves, move => Assert.Equal(Silos[2], move.Target));
    }

    [Fact]
    public void Moves_ShardThatDoesNotAnswer_StaysOutOfIt() =>
        Assert.Empty(ShardBalance.Moves([null, new ShardPlace(Silos[0], false), null], Silos[..1]));

    private static SiloAddress[] After(int[] hosts, int here, int leaving, out List<SiloAddress> targets)
    {
        ShardPlace?[] places = [.. hosts.Select(host => (ShardPlace?)new ShardPlace(Silos[host], host == leaving))];
        var after = hosts.Select(host => Silos[host]).ToArray();
        targets = [.. Silos[..here].Where(silo => !silo.Equals(Silos[leaving]) || !hosts.Contains(leaving))];
        foreach (var (shard, target) in ShardBalance.Moves(places, Silos[..here]))
        {
            after[shard] = target;
        }

        return after;
    }
}
