namespace RecActors.ItemStats;

public sealed class PartitionChannelTests
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Next = Guid.NewGuid();

    private readonly HashSet<string> _gone = [];
    private readonly HashSet<string> _members = [];
    private readonly PartitionChannel _channel;

    public PartitionChannelTests() => _channel = new("self", maxKeptActions: 100, _gone.Contains, _members.Contains);

    [Fact]
    public void Next_SenderDiedWithThePartition_RelaysWhatSomebodyMayLack()
    {
        Answer(First, through: 3, released: 0, Parcel("dead", 1), Parcel("dead", 2), Parcel("dead", 3));
        Answer(First, through: 4, released: 3, Parcel("dead", 4));
        Answer(First, through: 5, released: 3, Parcel("dead", 5));
        Answer(Next, through: 0, released: 0);
        Assert.Null(_channel.Next().Relayed);

        _gone.Add("dead");

        Assert.True(_channel.HasToSend);
        Assert.Equal([4, 5], _channel.Next().Relayed!.Select(parcel => parcel.Sequence));
    }

    [Fact]
    public void Next_PartitionLives_RelaysNothing()
    {
        _gone.Add("dead");
        Answer(First, through: 1, released: 0, Parcel("dead", 1));

        Assert.False(_channel.HasToSend);
        Assert.Null(_channel.Next().Relayed);
    }

    [Fact]
    public void IsSettled_ParcelIsRelayed_OnceThePartitionHasLetGoOfIt()
    {
        _gone.Add("dead");
        Answer(First, through: 1, released: 0, Parcel("dead", 1));
        Answer(Next, through: 0, released: 0);
        _channel.Next();

        Answer(Next, through: 1, released: 0, Parcel("dead", 1));
        Assert.False(_channel.HasToSend);
        Assert.False(_channel.IsSettled);

        Answer(Next, through: 1, released: 1);
        Assert.True(_channel.IsSettled);
    }

    [Fact]
    public void Next_SenderHasSentOnlyLaterOnesToThePartition_TakesTheEarlierForSettled()
    {
        Answer(First, through: 2, released: 0, Parcel("late", 1), Parcel("late", 2));
        Answer(Next, through: 1, released: 0, Parcel("late", 2));
        _gone.Add("late");

        Assert.Null(_channel.Next().Relayed);
    }

    [Fact]
    public void Next_PartitionOfAnOlderVersion_RelaysNothing()
    {
        _gone.Add("dead");
        Answer(First, through: 1, released: null, Parcel("dead", 1));
        Answer(Next, through: 0, released: null);

        Assert.True(_channel.IsSettled);
        Assert.Null(_channel.Next().Relayed);
    }

    [Fact]
    public void Next_MoreThanIsKept_RelaysTheFirst()
    {
        Answer(First, through: 1, released: 0, Parcel("dead", 1, actions: 60));
        Answer(First, through: 2, released: 0, Parcel("dead", 2, actions: 60));
        Answer(First, through: 3, released: 0, Parcel("dead", 3));
        Answer(Next, through: 0, released: 0);
        _gone.Add("dead");

        Assert.Equal([1], _channel.Next().Relayed!.Select(parcel => parcel.Sequence));
    }

    [Fact]
    public void Next_AnotherHasRelayedOnlyLaterOnes_RelaysTheEarlier()
    {
        Answer(First, through: 2, released: 0, Parcel("dead", 1), Parcel("dead", 2));
        _gone.Add("dead");
        Answer(Next, through: 1, released: 0, Parcel("dead", 2));

        Assert.Equal([1], _channel.Next().Relayed!.Select(parcel => parcel.Sequence));
    }

    [Fact]
    public void TryAccept_RelayedOutOfOrder_AcceptsEachOnce()
    {
        Assert.True(_channel.TryAccept(Parcel("dead", 3)));
        Assert.True(_channel.TryAccept(Parcel("dead", 5)));

        Assert.True(_channel.TryAccept(Parcel("dead", 4)));

        Assert.All((long[])[2, 3, 4, 5], sequence => Assert.False(_channel.TryAccept(Parcel("dead", sequence))));
    }

    [Fact]
    public void Forget_ManyHaveLeft_KnowsTheLastHeardOfAndTheMembers()
    {
        string[] silos = [.. Enumerable.Range(0, 300).Select(number => $"silo-{number}")];
        Assert.All(silos, silo => Assert.True(_channel.TryAccept(Parcel(silo, 1))));
        Assert.True(_channel.TryAccept(Parcel(silos[0], 2)));
        _members.Add(silos[1]);

        _channel.Forget();

        Assert.Equal(257, _channel.Applied.Count());
        Assert.All((string[])[silos[0], silos[1], silos[100], silos[^1]], silo => Assert.False(_channel.TryAccept(Parcel(silo, 1))));
        Assert.True(_channel.TryAccept(Parcel(silos[2], 1)));
    }

    private static StatsParcel Parcel(string silo, long sequence, int actions = 1) => new(silo, sequence, actions, []);

    private void Answer(Guid incarnation, long through, long? released, params StatsParcel[] parcels) =>
        _channel.Answered(new PartitionNews(new(incarnation, through), parcels, HasMore: false, Taken: 0, Settled: 0, HasMissed: false, Released: released));
}
