using System.Diagnostics;
using Microsoft.Extensions.Options;
using RecActors.Attribution;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Problems;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>
/// Brings valid actions into the journals: admits what they name to the catalog, sends each user's part to the user's
/// grain, and says what became of every action when that fails half-way. Each user's part is atomic. Users who live in this process are handed theirs;
/// the others, and those who fail, are called.
/// </summary>
internal sealed class FeedbackIngest(
    GrainCalls calls,
    CatalogAdmission admission,
    IOptions<GatewayOptions> options,
    GatewayMetrics metrics,
    OnlineQuality quality,
    TimeProvider time,
    IUserIntake? intake = null)
{
    /// <summary>
    /// So many users are handed their parts at a time: a chunk of a stream by default, which goes into one group of appends. A larger batch gains
    /// nothing by more, and each is a turn that waits in this process before those of other requests.
    /// </summary>
    public const int MostHandedAtATime = 1024;

    /// <summary>Returns when everything is durable but what erased users are said to have done, which is dropped.</summary>
    /// <exception cref="ProblemException">404: unknown users or items that are not to be inserted. 503: with an outcome per action.</exception>
    public async Task<FeedbackCommit> CommitAsync(IReadOnlyList<PlacedAction> actions, CancellationToken aborted)
    {
        if (actions.Count == 0)
        {
            return FeedbackCommit.Of([]);
        }

        using var activity = GatewayMetrics.Activities.StartActivity("feedback.commit");
        activity?.SetTag("recactors.actions", actions.Count);
        var started = time.GetTimestamp();
        var parts = UserParts.Split(actions);
        if (!admission.AdmitsAll)
        {
            await AdmitAsync(actions, parts, aborted);
        }

        // A span for each actor needs a call for each.
        await (intake is null || Activity.Current is { Recorded: true }
            ? CallAsync(parts.All, started, aborted)
            : parts.All.Count <= MostHandedAtATime ? HandAsync(HandedParts.Hand(parts.All, intake), started, aborted)
            : HandInSlicesAsync(parts.All, intake, started, aborted));

        // What is applied counts now: repeated with the rest after a fault it is nothing new any more.
        Attribute(parts);
        aborted.ThrowIfCancellationRequested();
        if (parts.All.FirstOrDefault(part => part.Failure is not null)?.Failure is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            throw HalfWay(parts, fault);
        }

        metrics.Acknowledged(actions.Count, time.GetElapsedTime(started));
        return FeedbackCommit.Of(parts.All);
    }

    private async Task AdmitAsync(IReadOnlyList<PlacedAction> actions, UserParts parts, CancellationToken aborted)
    {
        using var deadline = calls.StartDeadline(aborted);
        try
        {
            await admission.AdmitAsync(actions, parts.All, deadline.Token);
        }
        catch (Exception failure) when (TransientFaults.Includes(failure) && !aborted.IsCancellationRequested)
        {
            throw HalfWay(parts, failure);
        }
    }

    private async Task CallAsync(IReadOnlyList<UserPart> parts, long started, CancellationToken aborted)
    {
        using var deadline = calls.StartDeadline(time.GetElapsedTime(started), aborted);
        await calls.ForEachAsync(parts, options.Value.MaxConcurrentCalls, Send, Settle, deadline.Token);
    }

    private async Task HandInSlicesAsync(IReadOnlyList<UserPart> parts, IUserIntake intake, long started, CancellationToken aborted)
    {
        for (var from = 0; from < parts.Count; from += MostHandedAtATime)
        {
            if (aborted.IsCancellationRequested || time.GetElapsedTime(started) >= options.Value.Deadline)
            {
                // Which says of each that nothing was done.
                await CallAsync([.. parts.Skip(from)], started, aborted);
                return;
            }

            await HandAsync(HandedParts.Hand([.. parts.Skip(from).Take(MostHandedAtATime)], intake), started, aborted);
        }
    }

    /// <summary>Waits for what was handed over, and calls the others meanwhile, and then those who have failed or hang.</summary>
    private async Task HandAsync(HandedParts handed, long started, CancellationToken aborted)
    {
        calls.Begin(handed.Count);
        var others = handed.Others.Count > 0 ? CallAsync(handed.Others, started, aborted) : Task.CompletedTask;
        await handed.AllSettled.WaitAsync(options.Value.AttemptTimeout, time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (handed.Collect() is { } rest)
        {
            using var deadline = calls.StartDeadline(time.GetElapsedTime(started), aborted);
            await calls.GoOnAsync(rest, options.Value.MaxConcurrentCalls, static part => part.HandedAsync(), Send, Settle, deadline.Token);
        }

        await others;
    }

    private static Task<FeedbackReceipt> Send(IGrainFactory grains, UserPart part)
    {
        part.Attempted = true;
        return grains.GetKnownGrain<IUserGrain>(part.UserId).AppendAsync(part.Batch);
    }

    /// <summary>Whatever failed, the other users' parts go on and the answer tells each one's outcome.</summary>
    private static void Settle(UserPart part, FeedbackReceipt receipt, Exception? failure)
    {
        part.Failure = failure;
        part.Receipt = failure is null ? receipt : null;
    }

    /// <summary>
    /// Of a part that was delivered before nothing counts again; one that is half new counts as a whole. A receipt that tells of nothing new, of an action
    /// that nobody else can have delivered, is that of an attempt after one whose answer was lost, unless it says that the user was erased.
    /// </summary>
    private void Attribute(UserParts parts)
    {
        foreach (var (placed, part) in parts.Attributed())
        {
            if (part.Receipt is { } receipt && (receipt.Appended > 0 || (placed.IsNamedHere && receipt.Dropped == 0)))
            {
                quality.Acted(placed);
            }
        }
    }

    private ProblemException HalfWay(UserParts parts, Exception cause)
    {
        metrics.Unavailable();
        var problem = ProblemTypes.Unavailable(
            options.Value.RetryAfter,
            "Not every action is known to be durable. Repeat those that were not applied, with the event ids given here: an action that was applied after all is then not counted twice.");
        return new ProblemException(problem with { Outcomes = parts.Outcomes() }, cause);
    }
}
