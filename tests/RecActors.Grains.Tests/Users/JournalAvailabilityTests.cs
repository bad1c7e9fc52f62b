using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace RecActors.Users;

public sealed class JournalAvailabilityTests
{
    private static readonly UserOptions Settings = new();
    private static readonly TimeSpan Patience = Settings.ConfirmationTimeout;

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _journal = new();
    private readonly JournalAvailability _availability;

    public JournalAvailabilityTests() => _availability = new JournalAvailability(Options.Create(Settings), _time);

    [Fact]
    public async Task InTime_JournalDoesNotAnswer_IsGivenUp()
    {
        var asking = _availability.InTimeAsync(_journal.Task);

        _time.Advance(Patience);

        await Assert.ThrowsAsync<TimeoutException>(() => asking);
    }

    [Fact]
    public async Task InTime_ProcessStoodStill_WaitsForWhatTheJournalHasSaidMeanwhile()
    {
        var asking = _availability.InTimeAsync(_journal.Task);

        // A hung process: when it goes on, its timers are due before it has read anything.
        _time.Advance(10 * Patience);
        Assert.False(asking.IsCompleted);
        _journal.SetResult();

        await asking;
    }

    [Fact]
    public async Task InTime_ProcessStoodStillAndTheJournalDoesNotAnswer_IsGivenUpAtLast()
    {
        var asking = _availability.InTimeAsync(_journal.Task);

        _time.Advance(10 * Patience);
        while (!asking.IsCompleted)
        {
            _time.Advance(Patience);
            await Task.Yield();
        }

        await Assert.ThrowsAsync<TimeoutException>(() => asking);
    }

    [Fact]
    public void Failed_NobodyWasAnswered_IsAskedAgainAfterAPause()
    {
        _availability.Failed(_time.GetTimestamp());

        Assert.False(_availability.TryEnter());
        _time.Advance(Settings.JournalRetryPause);
        Assert.True(_availability.TryEnter());
        Assert.False(_availability.TryEnter());
        _availability.Answered();
        Assert.True(_availability.TryEnter());
    }

    [Fact]
    public void Failed_AnotherWasAnsweredSince_SpoilsNobodysAnswer()
    {
        var askedAt = _time.GetTimestamp();
        _time.Advance(Patience / 2);
        _availability.Answered();

        _availability.Failed(askedAt);

        Assert.True(_availability.TryEnter());
    }
}
