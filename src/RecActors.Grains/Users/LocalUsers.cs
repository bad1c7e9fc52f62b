using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace RecActors.Users;

/// <summary>
/// The users who have acted or asked for a list on this silo, by id, so that a gateway of this process finds them without a message. An entry may be out of date: an activation
/// that does not own its user any more is refused by the journal, as it is when a message reaches it. Thread-safe.
/// </summary>
internal sealed class LocalUsers(IOptions<GrainCollectionOptions> collection, TimeProvider time) : IUserIntake
{
    /// <summary>Orleans takes an activation for idle that has had no call for its collection age.</summary>
    private const int CallsPerCollectionAge = 4;

    private readonly TimeSpan _callAtLeastEvery = collection.Value.CollectionAge / CallsPerCollectionAge;
    private readonly ConcurrentDictionary<string, UserGrain> _users = new(StringComparer.Ordinal);

    public bool TryHand(string userId, IUserDelivery delivery) =>
        _users.TryGetValue(userId, out var user)

        // So that who only acts is not collected meanwhile, a call goes through now and then.
        && time.GetElapsedTime(user.CalledAt) < _callAtLeastEvery
        && user.TryTake(delivery);

    /// <summary>The user is handed actions from now on.</summary>
    public void Add(string userId, UserGrain user) => _users[userId] = user;

    /// <summary>The activation goes away; a successor stays.</summary>
    public void Remove(string userId, UserGrain user) => _users.TryRemove(new(userId, user));
}
