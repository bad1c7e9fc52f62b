using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>Grain storage that can be made to fail.</summary>
internal sealed class FaultyGrainStorage(IGrainStorage inner) : IGrainStorage
{
    private bool _isDown;
    private bool _isUnreadable;
    private Task _profilesFrom = Task.CompletedTask;
    private int _profilesRead;

    /// <summary>True while nothing can be written.</summary>
    public bool IsDown { get => Volatile.Read(ref _isDown); set => Volatile.Write(ref _isDown, value); }

    /// <summary>True while nothing can be read.</summary>
    public bool IsUnreadable { get => Volatile.Read(ref _isUnreadable); set => Volatile.Write(ref _isUnreadable, value); }

    /// <summary>What reads of users' profiles wait for.</summary>
    public Task ProfilesFrom { get => Volatile.Read(ref _profilesFrom); set => Volatile.Write(ref _profilesFrom, value); }

    /// <summary>How often users' profiles were read, or were to be.</summary>
    public int ProfilesRead => Volatile.Read(ref _profilesRead);

    /// <summary>Puts one before the storage that is registered under a name.</summary>
    public static void Wrap(IServiceCollection services, string name)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IGrainStorage) && name.Equals(service.ServiceKey));
        services.AddKeyedSingleton<IGrainStorage>(
            name, (provider, key) => new FaultyGrainStorage((IGrainStorage)inner.KeyedImplementationFactory!(provider, key)));
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (typeof(T) == typeof(UserProfileState))
        {
            Interlocked.Increment(ref _profilesRead);
            await ProfilesFrom;
        }

        await (IsUnreadable ? throw new IOException("Injected: the store is away.") : inner.ReadStateAsync(stateName, grainId, grainState));
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsDown ? throw new IOException("Injected: the store is away.") : inner.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);
}
