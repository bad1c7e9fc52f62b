using Microsoft.Extensions.Configuration;
using RecActors.Hosting;

namespace RecActors.Cluster;

public sealed class NodeTests
{
    [Theory]
    [InlineData("gateway")]
    [InlineData("serve,train")]
    [InlineData("train,gateway")]
    public void EnsureUseful_DataFolderThatNobodyCouldReach_IsRefused(string roles) =>
        Assert.Throws<StartupException>(Read(("RecActors:Silo:Roles", roles)).EnsureUseful);

    [Theory]
    [InlineData("gateway")]
    [InlineData("train")]
    public void EnsureUseful_PartOfACluster_IsAccepted(string roles) =>
        Read(("RecActors:Silo:Roles", roles), ("RecActors:Redis:ConnectionString", "localhost")).EnsureUseful();

    [Fact]
    public void Urls_WithoutTheGateway_AreAFreePortOfThisMachine() =>
        Assert.Equal(["http://127.0.0.1:0"], Read(("RecActors:Silo:Roles", "serve")).Urls);

    [Fact]
    public void Read_PortOutOfRange_NamesTheOption() =>
        Assert.Contains("SiloPort", Assert.Throws<StartupException>(() => Read(("RecActors:Silo:SiloPort", "70000"))).Message, StringComparison.Ordinal);

    private static Node Read(params (string Key, string? Value)[] settings) => Node.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build());
}
