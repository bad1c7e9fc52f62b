using RecActors.Catalog;
using RecActors.Feedback;

namespace RecActors.Users;

public sealed class UserStateTests
{
    private const long Time = 1_700_000_000_000;

    private readonly CatalogReplica _catalog = new();
    private readonly UserState _state;

    public UserStateTests() => _state = new UserState(_catalog, FeedbackPolicy.Default, 100);

    [Fact]
    public void Mature_ShownForLater_IsSeenFromItsTimeOnAndNeverInterest()
    {
        Apply(FeedbackOperation.Show, "like", "a", Time);

        Assert.False(_state.Mature(Time - 1));
        Assert.False(Sees("a"));
        Assert.True(_state.Mature(Time));
        Assert.True(Sees("a"));
        Assert.Empty(_state.History.NewestFirst);
        Assert.False(_state.Mature(Time + 1));
    }

    [Fact]
    public void Mature_ItemWithAnActionOfTheSameType_KeepsTheAction()
    {
        Apply(FeedbackOperation.Add, "like", "a", Time);
        Apply(FeedbackOperation.Show, "like", "a", Time);
        _state.Mature(Time);

        Assert.Single(_state.History.NewestFirst);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_RemovalOfWhatWasShown_TakesItBackBeforeAndAfterItsTime(bool matured)
    {
        Apply(FeedbackOperation.Show, "read", "a", Time);
        Apply(FeedbackOperation.Show, "read", "b", Time);
        if (matured)
        {
            _state.Mature(Time);
        }

        Apply(FeedbackOperation.Remove, "read", "a", Time);
        _state.Mature(Time);

        Assert.Equal((false, true, 3), (Sees("a"), Sees("b"), (int)_state.Version));
    }

    private void Apply(FeedbackOperation operation, string type, string item, long time) =>
        _state.Replay(new FeedbackEntry(operation, type, item, 0, time, 0));

    private bool Sees(string item) => _state.History.Seen.Contains(_catalog.Intern(item));
}
