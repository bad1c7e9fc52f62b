using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using RecActors.Hosting;

namespace RecActors.Users;

/// <summary>Reads stored profiles without waking their users' grains: for lists, and for the trainer. Thread-safe.</summary>
internal sealed class UserProfiles([FromKeyedServices(GrainStorageNames.State)] IGrainStorage storage)
{
    /// <summary>The stored profile; one without labels when there is none.</summary>
    public async Task<UserProfile> ReadAsync(string userId)
    {
        var state = new GrainState<UserProfileState>(new UserProfileState());
        await storage.ReadStateAsync(UserProfileState.Name, GrainId.Create(UserGrain.TypeName, userId), state);
        return state is { RecordExists: true, State: { } profile } ? profile.For(userId) : new UserProfile(userId);
    }
}
