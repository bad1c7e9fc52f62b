using System.Globalization;
using RecActors.Users;

namespace RecActors.Clients;

/// <summary>Gives event ids to actions without one, once, before the first attempt.</summary>
internal static class EventIdMint
{
    public static FeedbackAction[] Mint(IReadOnlyList<FeedbackAction> actions)
    {
        var mint = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        return [.. actions.Select((action, index) =>
            action.EventId is null ? action with { EventId = string.Create(CultureInfo.InvariantCulture, $"{mint}-{index}") } : action)];
    }
}
