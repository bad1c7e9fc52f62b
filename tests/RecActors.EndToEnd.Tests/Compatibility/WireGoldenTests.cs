namespace RecActors.Compatibility;

/// <summary>
/// The bytes of every message and stored grain state are a contract: silos of two versions exchange them during a rolling upgrade.
/// A failure here means that an older silo would misread a newer one, unless the change only adds a member.
/// </summary>
public sealed class WireGoldenTests
{
    private static readonly WirePeer Today = new();

    public static TheoryData<string> Aliases => [.. Today.Aliases];

    [Theory]
    [MemberData(nameof(Aliases))]
    public void Write_RepresentativeMessage_GivesTheGoldenBytes(string alias)
    {
        var golden = GoldenFile.Of(alias).ShapeOf(Today.ShapeOf(alias), () => Today.Write(alias));

        Assert.Equal(Convert.ToHexString(golden.Bytes), Convert.ToHexString(Today.Write(alias)));
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    public void Read_EveryShapeTheTypeHasHad_GivesTheMembersItHad(string alias)
    {
        foreach (var shape in GoldenFile.Of(alias).Shapes)
        {
            Assert.Equal(Today.Sample(alias, shape.Members), Today.Read(shape.Bytes, shape.Members));
        }
    }

    [Fact]
    public void GoldenFiles_NameOnlyTypesThatStillExist() =>
        Assert.Empty(GoldenFile.Names().Except(Today.Aliases));
}
