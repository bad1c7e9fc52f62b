using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace RecActors.Hosting;

/// <summary>Grain storage that can be made to fail.</summary>
internal sealed class FaultyGrainStorage(IGrainStorage inner) : IGrainStorage
{
    private bool _isDown;
    private bool _isUnreadable;

    /// <summary>True while nothing can be written.</summary>
    public bool IsDown { get => Volatile.Read(ref _isDown); set => Volatile.Write(ref _isDown, value); }

    /// <summary>True while nothing can be read.</summary>
    public bool IsUnreadable { get => Volatile.Read(ref _isUnreadable); set => Volatile.Write(ref _isUnreadable, value); }

    /// <summary>Puts one before the storage that is registered under a name.</summary>
    public static void Wrap(IServiceCollection services, string name)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IGrainStorage) && name.Equals(service.ServiceKey));
        services.AddKeyedSingleton<IGrainStorage>(
            name, (provider, key) => new FaultyGrainStorage((IGrainStorage)inner.KeyedImplementationFactory!(provider, key)));
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsUnreadable ? throw new IOException("Injected: the store is away.") : inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsDown ? throw new IOException("Injected: the store is away.") : inner.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);
}
