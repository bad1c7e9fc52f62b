using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>
/// The silos of the cluster that serve, as this one sees them: those that offer the users' grain. One whose classes are not known yet counts
/// as serving. Thread-safe.
/// </summary>
internal sealed class ServingSilos(ILocalSiloDetails self, IClusterMembershipService membership, IClusterManifestProvider manifests)
{
    private static readonly GrainType UserGrains = GrainType.Create(UserGrain.TypeName);

    /// <summary>This silo and its incarnation: the address contains the time of its start.</summary>
    public string Self { get; } = self.SiloAddress.ToParsableString();

    /// <summary>True while another silo serves, or is about to.</summary>
    public bool HasOthers => Others.Any();

    /// <summary>The other silos that serve or are about to, the oldest first.</summary>
    public IEnumerable<SiloAddress> Others => Members(SiloStatus.Active, SiloStatus.Joining)
        .Where(silo => !silo.Equals(self.SiloAddress))
        .OrderBy(silo => silo.Generation)
        .ThenBy(silo => silo.ToParsableString(), StringComparer.Ordinal);

    /// <summary>All silos that serve now, this one included.</summary>
    public IEnumerable<string> All => Active.Select(silo => silo.ToParsableString());

    /// <summary>All silos that serve now, this one included.</summary>
    public IEnumerable<SiloAddress> Active => Members(SiloStatus.Active, SiloStatus.Active);

    /// <summary>True for a silo that started before this one.</summary>
    public bool IsOlder(SiloAddress silo) =>
        (silo.Generation, silo.ToParsableString()).CompareTo((self.SiloAddress.Generation, Self)) < 0;

    /// <summary>True for a silo that has died and will not come back; another process is another incarnation.</summary>
    public bool IsGone(string silo) => StatusOf(silo) == SiloStatus.Dead;

    /// <summary>True for a silo that has not died, as far as is known; of those that died long ago nothing is known any more.</summary>
    public bool IsMember(string silo) => StatusOf(silo) is not (null or SiloStatus.Dead);

    private SiloStatus? StatusOf(string silo) =>
        membership.CurrentSnapshot.Members.TryGetValue(SiloAddress.FromParsableString(silo), out var member) ? member.Status : null;

    private IEnumerable<SiloAddress> Members(SiloStatus status, SiloStatus orStatus) => membership.CurrentSnapshot.Members.Values
        .Where(member => (member.Status == status || member.Status == orStatus) && Serves(member.SiloAddress))
        .Select(member => member.SiloAddress);

    private bool Serves(SiloAddress silo) =>
        !manifests.Current.Silos.TryGetValue(silo, out var manifest) || manifest.Grains.ContainsKey(UserGrains);
}
