using Microsoft.Extensions.DependencyInjection;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Ranking;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

/// <summary>
/// A silo of several, whose users others may have taken over without its knowing: no answer is older than what somebody was acknowledged, unless it
/// says that it may be.
/// </summary>
public sealed class UserGrainStalenessTests : IAsyncLifetime
{
    private readonly RecommendQuery _query = new();
    private readonly MembershipRow _membership = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RecActorsCluster? _cluster;

    private RecActorsCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await RecActorsCluster.StartAsync(configure: silo =>
    {
        silo.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<MembershipLease>(services, _membership, _membership));
        silo.Configure<UserOptions>(options =>
            (options.ConfirmationTimeout, options.JournalRetryPause) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1)));
    });

    public ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        return _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Ask_HeadIsReadTooSlowlyAndAnotherHasAcknowledged_SaysThatTheAnswerMayBeStale()
    {
        var user = Cluster.User("slow");
        await user.AppendAsync(Likes("a"));
        await ActElsewhereAsync("slow", 1);
        Cluster.Journal.Of("slow").HeadGate = _gate.Task;

        var answer = await user.RecommendAsync(_query);
        var repeated = await user.RecommendAsync(_query);
        var taste = await user.GetTasteAsync();

        Assert.Equal((1, true), (answer.UserVersion, answer.MayBeStale));
        Assert.Equal((1, true), (repeated.UserVersion, repeated.MayBeStale));
        Assert.Equal((1, true), (taste.UserVersion, taste.MayBeStale));
        _gate.SetResult();
        await Eventually.HoldsAsync(async () =>
            await Eventually.SucceedsAsync(() => user.RecommendAsync(_query)) is { UserVersion: 2, MayBeStale: false });
    }

    [Fact]
    public async Task Ask_WhileTheJournalIsOpenedForAnotherCall_IsNotAnsweredFromWhatWasReadBefore()
    {
        var user = Cluster.User("joined");
        Cluster.Journal.Of("joined").OpenedGate = _gate.Task;
        var append = user.AppendAsync(Likes("a"));
        await Eventually.HoldsAsync(async () => (await Cluster.StoredJournal.ReadHeadAsync("joined", default)).Epoch > 0);
        await ActElsewhereAsync("joined", 0);

        var question = user.RecommendAsync(_query);

        // Answered by the grain only after it has taken the question before it.
        await user.GetFeedbackAsync(new FeedbackFilter());
        _gate.SetResult();

        await Assert.ThrowsAsync<UnavailableException>(() => append);
        var (version, mayBeStale) = await VersionAsync(question);
        Assert.True(version != 0 || mayBeStale, "An action that was acknowledged is missing, and the answer does not say so.");
        Assert.Equal(1, (await Eventually.SucceedsAsync(() => user.RecommendAsync(_query))).UserVersion);
    }

    [Fact]
    public async Task Profile_WrittenElsewhere_IsReadAndKnownToTheNextAnswer()
    {
        var user = Cluster.User("described");
        await user.SetProfileAsync(new UserProfile("described", LabelsJson: "{\"a\":1}"));
        await user.AppendAsync(Likes("a"));
        var before = await Cluster.StoredJournal.ReadHeadAsync("described", default);
        var profiles = Cluster.Service<UserProfiles>();
        var id = GrainId.Create(UserGrain.TypeName, "described");

        await profiles.WriteAsync(id, await profiles.FindAsync(id), new UserProfileState { LabelsJson = "{\"a\":2}" });

        Assert.Equal("{\"a\":2}", (await user.GetProfileAsync())!.LabelsJson);

        // As its next owner does before it writes one.
        await Cluster.DeactivateAsync(user);
        await user.SetProfileAsync(new UserProfile("described", LabelsJson: "{\"a\":3}"));
        Assert.True((await Cluster.StoredJournal.ReadHeadAsync("described", default)).Epoch > before.Epoch, "An owner with another profile is not told to go.");
    }

    private async Task ActElsewhereAsync(string userId, long version)
    {
        var other = await Cluster.StoredJournal.OpenAsync(userId, default);
        await Cluster.StoredJournal.AppendAsync(
            userId, other.Epoch, version, [new(Feedback.FeedbackOperation.Add, "like", "elsewhere", 1, 1_700_000_000_000, 7)], default);
    }

    private static async Task<(long Version, bool MayBeStale)> VersionAsync(Task<RecommendationAnswer> question)
    {
        try
        {
            var answer = await question;
            return (answer.UserVersion, answer.MayBeStale);
        }
        catch (UnavailableException)
        {
            // To be asked again, elsewhere.
            return (0, true);
        }
    }
}
