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
/// grain, and says what became of every action when that fails half-way. Each user's part is atomic.
/// </summary>
internal sealed class FeedbackIngest(
    GrainCalls calls, CatalogAdmission admission, IOptions<GatewayOptions> options, GatewayMetrics metrics, OnlineQuality quality, TimeProvider time)
{
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
        var parts = UserPart.Split(actions);
        using var deadline = calls.StartDeadline(aborted);
        try
        {
            await admission.AdmitAsync(actions, parts, deadline.Token);
        }
        catch (Exception failure) when (TransientFaults.Includes(failure) && !aborted.IsCancellationRequested)
        {
            throw HalfWay(parts, failure);
        }

        await ConcurrentCalls.ForEachAsync(parts, options.Value.MaxConcurrentCalls, part => SendAsync(part, deadline.Token));

        // What is applied counts now: repeated with the rest after a fault it is nothing new any more.
        Attribute(parts);
        aborted.ThrowIfCancellationRequested();
        if (parts.FirstOrDefault(part => part.Failure is not null)?.Failure is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            throw HalfWay(parts, fault);
        }

        metrics.Acknowledged(actions.Count, time.GetElapsedTime(started));
        return FeedbackCommit.Of(parts);
    }

    private async Task SendAsync(UserPart part, CancellationToken deadline)
    {
        if (deadline.IsCancellationRequested)
        {
            part.Failure = new TimeoutException("The deadline passed before the first attempt.");
            return;
        }

        part.Attempted = true;
        try
        {
            var receipt = await calls.RetryAsync(grains => grains.GetGrain<IUserGrain>(part.UserId).AppendAsync(part.Batch), deadline);
            (part.UserVersion, part.Appended, part.Erased) = (receipt.UserVersion, receipt.Appended, receipt.Dropped);
        }
#pragma warning disable CA1031 // Whatever failed, the other users' parts go on and the answer tells each one's outcome.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            part.Failure = failure;
        }
    }

    /// <summary>Of a part that was delivered before nothing counts again; one that is half new counts as a whole.</summary>
    private void Attribute(List<UserPart> parts)
    {
        foreach (var placed in parts.Where(part => part.Appended > 0).SelectMany(part => part.Actions))
        {
            quality.Acted(placed);
        }
    }

    private ProblemException HalfWay(IReadOnlyList<UserPart> parts, Exception cause)
    {
        metrics.Unavailable();
        var outcomes = parts.SelectMany(part => part.Outcomes())
            .OrderBy(outcome => outcome.Index)
            .ThenBy(outcome => outcome.Line)
            .ToList();
        var problem = ProblemTypes.Unavailable(
            options.Value.RetryAfter,
            "Not every action is known to be durable. Repeat those that were not applied, with the event ids given here: an action that was applied after all is then not counted twice.");
        return new ProblemException(problem with { Outcomes = outcomes }, cause);
    }
}
