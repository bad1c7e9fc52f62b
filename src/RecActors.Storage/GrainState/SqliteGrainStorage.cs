using Orleans.Serialization.Serializers;
using Orleans.Storage;
using RecActors.Storage;

namespace RecActors.GrainState;

internal sealed class SqliteGrainStorage(
    string name, EmbeddedStorage storage, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException($"{name}{storage}{serializer}{activators}");

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
}
