using System.Net;

namespace RecActors.Hosting;

/// <summary>A membership table with the silo's own row.</summary>
internal sealed class MembershipRow : IMembershipTable, ILocalSiloDetails
{
    public static readonly SiloAddress Address = Orleans.Runtime.SiloAddress.New(IPAddress.Loopback, 1, 1);

    public MembershipEntry Row { get; } = new() { SiloAddress = Address, Status = SiloStatus.Active };

    public Action Delay { get; set; } = () => { };

    public string Name => "silo";

    public string ClusterId => "cluster";

    public string DnsHostName => "host";

    public SiloAddress SiloAddress => Address;

    public SiloAddress GatewayAddress => Address;

    public Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        Delay();
        return Task.FromResult(new MembershipTableData(Tuple.Create(Row, "etag"), new TableVersion(1, "etag")));
    }

    public Task InitializeMembershipTable(bool tryInitTableVersion) => throw new NotSupportedException();

    public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

    public Task<MembershipTableData> ReadAll() => throw new NotSupportedException();

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

    public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();
}
