using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using RecActors.Hosting;

namespace RecActors.Users;

/// <summary>
/// The stored profiles: of users' grains, which are their only writers, and without waking them for lists and for the trainer. Thread-safe.
/// </summary>
internal sealed class UserProfiles([FromKeyedServices(GrainStorageNames.State)] IGrainStorage storage)
{
    /// <summary>
    /// The profile as a grain keeps it, or null: most users have none, and Orleans' own facet would cost every active user half a kilobyte.
    /// </summary>
    public async Task<GrainState<UserProfileState>?> FindAsync(GrainId user)
    {
        var state = new GrainState<UserProfileState>(new UserProfileState());
        await storage.ReadStateAsync(UserProfileState.Name, user, state);
        return state.RecordExists ? state : null;
    }

    /// <summary>Writes a user's profile in place of the one that the grain knows.</summary>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another one is stored; nothing was written.</exception>
    public async Task<GrainState<UserProfileState>> WriteAsync(GrainId user, GrainState<UserProfileState>? known, UserProfileState profile)
    {
        // Not the grain's own: until it is written, the other one holds.
        var state = new GrainState<UserProfileState>(profile, known?.ETag) { RecordExists = known is not null };
        await storage.WriteStateAsync(UserProfileState.Name, user, state);
        return state;
    }

    /// <summary>Removes a user's profile, if there is one.</summary>
    public Task ClearAsync(GrainId user, GrainState<UserProfileState>? known) =>
        storage.ClearStateAsync(UserProfileState.Name, user, known ?? new GrainState<UserProfileState>(new UserProfileState()));

    /// <summary>The stored profile; one without labels when there is none.</summary>
    public async Task<UserProfile> ReadAsync(string userId) =>
        await ReadStateAsync(userId) is { } profile ? profile.For(userId) : new UserProfile(userId);

    /// <summary>When the stored profile was written, in Unix milliseconds; 0 when nobody knows, or there is none.</summary>
    public async Task<long> ReadWrittenMsAsync(string userId) => (await ReadStateAsync(userId))?.WrittenMs ?? 0;

    private async Task<UserProfileState?> ReadStateAsync(string userId)
    {
        var stored = await FindAsync(GrainId.Create(UserGrain.TypeName, userId));
        return stored?.State;
    }
}
