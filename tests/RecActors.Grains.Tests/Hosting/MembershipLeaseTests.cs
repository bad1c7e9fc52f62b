using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;

namespace RecActors.Hosting;

public sealed class MembershipLeaseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly OneRow _table = new();
    private readonly MembershipLease _lease;

    public MembershipLeaseTests() => _lease = new MembershipLease(
        _table,
        _table,
        Options.Create(new MembershipLeaseOptions { Duration = 2 * Second, Probation = 15 * Second }),
        Options.Create(new ClusterMembershipOptions { DeathVoteExpirationTimeout = 60 * Second }),
        _time,
        NullLogger<MembershipLease>.Instance);

    [Fact]
    public async Task IsConfirmed_SeenAsActive_HoldsForTheLease()
    {
        Assert.False(_lease.IsConfirmed);
        await _lease.ConfirmAsync(default);
        Assert.True(_lease.IsConfirmed);
        _time.Advance(2 * Second);
        Assert.False(_lease.IsConfirmed);
    }

    [Fact]
    public async Task IsConfirmed_TableAnswersLate_CountsFromTheQuestion()
    {
        _table.Delay = () => _time.Advance(1.5 * Second);
        await _lease.ConfirmAsync(default);
        Assert.True(_lease.IsConfirmed);
        _time.Advance(0.5 * Second);
        Assert.False(_lease.IsConfirmed);
    }

    [Theory]
    [InlineData(SiloStatus.Dead)]
    [InlineData(SiloStatus.ShuttingDown)]
    public async Task IsConfirmed_NotActiveAnyMore_IsNotRenewed(SiloStatus status)
    {
        await _lease.ConfirmAsync(default);
        _time.Advance(Second);
        _table.Row.Status = status;
        await _lease.ConfirmAsync(default);
        _time.Advance(Second);
        Assert.False(_lease.IsConfirmed);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public async Task IsConfirmed_SuspectedByAnother_WaitsUntilTheVoteHasExpired(int secondsAgo, bool confirmed)
    {
        _table.Row.AddSuspector(OneRow.Address, _time.GetUtcNow().UtcDateTime - (secondsAgo * Second));
        await _lease.ConfirmAsync(default);
        Assert.Equal(confirmed, _lease.IsConfirmed);
    }

    [Fact]
    public async Task IsConfirmed_AfterAGap_ComesBackAfterTheProbation()
    {
        await _lease.ConfirmAsync(default);
        _time.Advance(5 * Second);
        for (var second = 0; second < 15; second++)
        {
            await _lease.ConfirmAsync(default);
            Assert.False(_lease.IsConfirmed);
            _time.Advance(Second);
        }

        await _lease.ConfirmAsync(default);
        Assert.True(_lease.IsConfirmed);
    }

    /// <summary>A membership table with the silo's own row.</summary>
    private sealed class OneRow : IMembershipTable, ILocalSiloDetails
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
}
