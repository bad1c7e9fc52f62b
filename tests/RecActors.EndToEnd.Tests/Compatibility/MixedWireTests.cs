namespace RecActors.Compatibility;

/// <summary>What a silo of release 0.1.0 and one of today say to each other, both ways, for every type that both know.</summary>
public sealed class MixedWireTests(ReleasedBuild release)
{
    [Fact(Explicit = true)]
    public async Task Messages_OfTheRelease_MeanTheSameToday()
    {
        var today = new WirePeer();
        var before = await OlderPeerAsync();

        foreach (var alias in Known(today, before))
        {
            var shown = SharedMembers(today, before, alias);
            var bytes = ReleasedAssemblies.Call<byte[]>(before, nameof(WirePeer.Write), alias);

            Assert.Equal(today.Sample(alias, shown), today.Read(bytes, shown));
        }
    }

    [Fact(Explicit = true)]
    public async Task Messages_OfToday_MeanTheSameToTheRelease()
    {
        var today = new WirePeer();
        var before = await OlderPeerAsync();

        foreach (var alias in Known(today, before))
        {
            var shown = SharedMembers(today, before, alias);
            var expected = ReleasedAssemblies.Call<string>(before, nameof(WirePeer.Sample), alias, shown);

            Assert.Equal(expected, ReleasedAssemblies.Call<string>(before, nameof(WirePeer.Read), today.Write(alias), shown));
        }
    }

    [Fact(Explicit = true)]
    public async Task Types_OfTheRelease_AreKnownToday() =>
        Assert.Empty(AliasesOf(await OlderPeerAsync()).Except(new WirePeer().Aliases).Except(Release010.RetiredTypes));

    private static string[] AliasesOf(object peer) => ReleasedAssemblies.Call<string[]>(peer, "get_" + nameof(WirePeer.Aliases));

    private static List<string> Known(WirePeer today, object before)
    {
        var known = today.Aliases.Intersect(AliasesOf(before)).ToList();
        Assert.NotEmpty(known);
        return known;
    }

    private static Dictionary<string, int[]> SharedMembers(WirePeer today, object before, string alias)
    {
        var older = ReleasedAssemblies.Call<Dictionary<string, int[]>>(before, nameof(WirePeer.ShapeOf), alias);
        return today.ShapeOf(alias).ToDictionary(type => type.Key, type => older.TryGetValue(type.Key, out var members) ? [.. type.Value.Intersect(members)] : type.Value);
    }

    private async Task<object> OlderPeerAsync()
    {
        var server = await release.GetServerAsync(TestContext.Current.CancellationToken);
        var peer = new ReleasedAssemblies(server).CreatePeer();
        Assert.Equal(Path.GetDirectoryName(server), ReleasedAssemblies.Call<string>(peer, "get_" + nameof(WirePeer.Origin)));
        return peer;
    }
}
