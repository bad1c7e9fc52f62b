using System.Diagnostics.Metrics;

namespace RecActors.Hosting;

/// <summary>What this silo sees of the others: how many there are, and which end without having said so.</summary>
internal sealed class MembershipTelemetry(IClusterMembershipService membership, BackgroundLoops loops) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly Gauge<int> Silos = GrainTelemetry.Meter.CreateGauge<int>(
        "recactors.cluster.silos", "{silo}", "Active silos, as this one sees them.");

    private static readonly Counter<int> Deaths = GrainTelemetry.Meter.CreateCounter<int>(
        "recactors.cluster.silos.lost", "{silo}", "Silos declared dead without having left, as this one sees them.");

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(MembershipTelemetry),
        ServiceLifecycleStage.Active,
        _ =>
        {
            loops.Start(WatchAsync);
            return Task.CompletedTask;
        },
        _ => loops.StopAsync());

    /// <summary>How many silos have been declared dead between two views. One that leaves says so first.</summary>
    public static int LostBetween(ClusterMembershipSnapshot before, ClusterMembershipSnapshot now) => now.Members.Values.Count(member =>
        member.Status == SiloStatus.Dead
        && before.Members.TryGetValue(member.SiloAddress, out var earlier)
        && earlier.Status is SiloStatus.Joining or SiloStatus.Active);

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var before = membership.CurrentSnapshot;
        Observe(before, before);
        await foreach (var now in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            Observe(before, now);
            before = now;
        }
    }

    private static void Observe(ClusterMembershipSnapshot before, ClusterMembershipSnapshot now)
    {
        Silos.Record(now.Members.Values.Count(member => member.Status == SiloStatus.Active));
        Deaths.Add(LostBetween(before, now));
    }
}
