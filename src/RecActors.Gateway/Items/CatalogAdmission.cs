using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Users;

namespace RecActors.Items;

/// <summary>
/// Refuses actions that name unknown users or items, where those are not to be inserted. Where they are, users come to be
/// by acting and the user's grain creates the items.
/// </summary>
internal sealed class CatalogAdmission(GrainCalls calls, IOptions<GatewayOptions> options)
{
    /// <summary>True when nothing is refused.</summary>
    public bool AdmitsAll => options.Value.AutoInsert;

    /// <exception cref="ProblemException">404 naming each entry.</exception>
    public async Task AdmitAsync(IReadOnlyList<PlacedAction> actions, IReadOnlyList<UserPart> parts, CancellationToken deadline)
    {
        if (AdmitsAll)
        {
            return;
        }

        var absentItems = await AbsentItemsAsync(actions, deadline);
        var absentUsers = await AbsentUsersAsync(parts, deadline);
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

    private async Task<HashSet<string>> AbsentItemsAsync(IReadOnlyList<PlacedAction> actions, CancellationToken deadline)
    {
        var named = actions.Select(placed => placed.Action.ItemId).ToHashSet(StringComparer.Ordinal);
        var asked = named.ToArray();
        named.ExceptWith(await calls.RetryAsync(grains => grains.GetGrain<IItemListsGrain>(AnySilo.Key).KnownAsync(asked), deadline));
        return named;
    }

    private async Task<HashSet<string>> AbsentUsersAsync(IReadOnlyList<UserPart> parts, CancellationToken deadline)
    {
        var absent = new HashSet<string>(StringComparer.Ordinal);
        await ConcurrentCalls.ForEachAsync(parts, options.Value.MaxConcurrentCalls, async part =>
        {
            if (!await calls.RetryAsync(grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).ContainsAsync(part.UserId), deadline))
            {
                lock (absent)
                {
                    absent.Add(part.UserId);
                }
            }
        });
        return absent;
    }
}
