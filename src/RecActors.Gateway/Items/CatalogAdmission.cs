using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Users;

namespace RecActors.Items;

/// <summary>Sees to it that the users and items that actions name are known: by creating the items (users come to be by acting), or by refusing.</summary>
internal sealed class CatalogAdmission(GrainCalls calls, IOptions<GatewayOptions> options)
{
    /// <exception cref="ProblemException">404 naming each entry, when unknown ids are not to be inserted.</exception>
    public async Task AdmitAsync(IReadOnlyList<PlacedAction> actions, IReadOnlyList<UserPart> parts, CancellationToken deadline)
    {
        var unknownItems = await UnknownItemsAsync(actions, deadline);
        if (options.Value.AutoInsert)
        {
            await ConcurrentCalls.ForEachAsync(
                unknownItems, options.Value.MaxConcurrentCalls, itemId => EnsureAsync(itemId, deadline));
            return;
        }

        var absentItems = await AbsentAsync(unknownItems, itemId => HasItemAsync(itemId, deadline));
        var absentUsers = await AbsentAsync([.. parts.Select(part => part.UserId)], userId => HasUserAsync(userId, deadline));
        var errors = actions.SelectMany(placed => Errors(placed, absentUsers, absentItems))
            .Take(options.Value.MaxReportedErrors)
            .ToList();
        if (errors.Count > 0)
        {
            throw new ProblemException(ProblemTypes.NotFound(
                "The request names users or items that are not known, and they are not inserted automatically. Nothing was applied.", errors));
        }
    }

    private static IEnumerable<FieldError> Errors(PlacedAction placed, HashSet<string> absentUsers, HashSet<string> absentItems)
    {
        if (absentUsers.Contains(placed.UserId))
        {
            yield return new FieldError(placed.Place.Index, placed.Place.Line, null, nameof(FeedbackBody.UserId), "is not known");
        }

        if (absentItems.Contains(placed.Action.ItemId))
        {
            yield return new FieldError(placed.Place.Index, placed.Place.Line, null, nameof(FeedbackBody.ItemId), "is not known");
        }
    }

    private async Task<IReadOnlyList<string>> UnknownItemsAsync(IReadOnlyList<PlacedAction> actions, CancellationToken deadline)
    {
        IReadOnlyList<string> named = actions.Count == 1
            ? [actions[0].Action.ItemId]
            : [.. actions.Select(placed => placed.Action.ItemId).Distinct(StringComparer.Ordinal)];
        var known = await calls.RetryAsync(grains => grains.GetGrain<IItemListsGrain>(0).KnownAsync(named), deadline);
        return known.Count == named.Count ? [] : [.. named.Except(known, StringComparer.Ordinal)];
    }

    private async Task<HashSet<string>> AbsentAsync(IReadOnlyList<string> ids, Func<string, Task<bool>> isKnown)
    {
        var absent = new HashSet<string>(StringComparer.Ordinal);
        await ConcurrentCalls.ForEachAsync(ids, options.Value.MaxConcurrentCalls, async id =>
        {
            if (!await isKnown(id))
            {
                lock (absent)
                {
                    absent.Add(id);
                }
            }
        });
        return absent;
    }

    private Task<bool> EnsureAsync(string itemId, CancellationToken deadline) => calls.RetryAsync(
        async grains =>
        {
            await grains.GetGrain<IItemGrain>(itemId).EnsureAsync();
            return true;
        },
        deadline);

    /// <summary>The replica may lag; the item's own grain does not.</summary>
    private async Task<bool> HasItemAsync(string itemId, CancellationToken deadline) =>
        await calls.RetryAsync(grains => grains.GetGrain<IItemGrain>(itemId).GetAsync(), deadline) is not null;

    private Task<bool> HasUserAsync(string userId, CancellationToken deadline) =>
        calls.RetryAsync(grains => grains.GetGrain<IUserDirectoryGrain>(0).ContainsAsync(userId), deadline);
}
