using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace RecActors.Cluster;

public sealed class MembershipTuningTests
{
    [Fact]
    public void ProbeTimeouts_AsConfigured_AreOrleans()
    {
        var membership = Options(("MinProbeTimeout", "00:00:00.700"), ("ProbeTimeout", "00:00:00.800"), ("MaxProbeTimeout", "00:00:03"));

        Assert.Equal((700, 800, 3000), (membership.MinProbeTimeout.TotalMilliseconds, membership.ProbeTimeout.TotalMilliseconds, membership.MaxProbeTimeout.TotalMilliseconds));
    }

    [Theory]
    [InlineData("ProbeTimeout", "00:00:00.300")]
    [InlineData("MinProbeTimeout", "00:00:01")]
    [InlineData("MaxProbeTimeout", "00:00:00.550")]
    public void ProbeTimeouts_OutOfOrder_AreRefusedByTheirNames(string name, string value)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Options((name, value)));

        Assert.Contains("RecActors:Membership:ProbeTimeout is ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("must be between MinProbeTimeout, ", refusal.Message, StringComparison.Ordinal);
    }

    private static ClusterMembershipOptions Options(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{MembershipTuning.Section}:{setting.Name}", (string?)setting.Value)))
            .Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(Node.Read(configuration))
            .AddClusterIdentity(Node.Read(configuration))
            .AddMembershipTuning()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
    }
}
