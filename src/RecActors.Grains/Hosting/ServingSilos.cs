namespace RecActors.Hosting;

/// <summary>The silos of the cluster, as this one sees them. Thread-safe.</summary>
internal sealed class ServingSilos(ILocalSiloDetails self, IClusterMembershipService membership)
{
    /// <summary>This silo and its incarnation: the address contains the time of its start.</summary>
    public string Self { get; } = self.SiloAddress.ToParsableString();

    /// <summary>True while another silo is active.</summary>
    public bool HasOthers => membership.CurrentSnapshot.Members.Values.Any(member =>
        member.Status == SiloStatus.Active && !member.SiloAddress.Equals(self.SiloAddress));
}
