using Orleans.Storage;
using RecActors.Attribution;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Security;
using RecActors.Training;
using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>
/// Copies what grains have stored (profiles, the model registry, the trainer's memory) from one grain storage to another, while no
/// silo runs on either. Not thread-safe, except for <see cref="CopyProfileAsync"/>.
/// </summary>
public sealed class StoredStateCopy(IGrainStorage from, IGrainStorage to)
{
    private static readonly GrainId Registry = IdOf(ModelRegistryGrain.TypeName);
    private static readonly GrainId Trainer = IdOf(TrainerGrain.TypeName);

    /// <summary>The journal positions that the state refers to: they mean something else in another journal.</summary>
    public async Task<IReadOnlyList<JournalPosition>> ReadJournalPositionsAsync()
    {
        var registry = await ReadAsync<ModelRegistryState>(ModelRegistryState.Name, Registry);
        return [.. (registry?.Models ?? []).Select(model => new JournalPosition(model.JournalCut))];
    }

    /// <summary>Copies a user's profile. False when there is none.</summary>
    public Task<bool> CopyProfileAsync(string userId) =>
        CopyAsync<UserProfileState>(UserProfileState.Name, GrainId.Create(UserGrain.TypeName, userId), profile => profile);

    /// <summary>Copies the API keys, which are stored as hashes.</summary>
    public Task CopyApiKeysAsync() => new StoredApiKeys(from).CopyToAsync(to);

    /// <summary>Copies what is known of models, of what came of their answers, and of refits.</summary>
    /// <param name="positionOf">From a position in the one journal to the same one in the other.</param>
    /// <param name="entries">How many entries the other journal has.</param>
    public async Task CopyModelsAsync(Func<JournalPosition, JournalPosition> positionOf, long entries)
    {
        ArgumentNullException.ThrowIfNull(positionOf);
        await CopyAsync<ModelRegistryState>(ModelRegistryState.Name, Registry, registry =>
        {
            registry.Models = [.. registry.Models.Select(model => model with { JournalCut = positionOf(new JournalPosition(model.JournalCut)).Value })];
            return registry;
        });
        await CopyAsync<OnlineQualityState>(OnlineQualityState.Name, IdOf(OnlineQualityGrain.TypeName), quality => quality);
        await CopyAsync<TrainerState>(TrainerState.Name, Trainer, trainer =>
        {
            // Entries that were deleted since are not copied.
            trainer.LastCut = Math.Min(trainer.LastCut, entries);
            return trainer;
        });
    }

    private static GrainId IdOf(string grainType) => GrainId.Create(GrainType.Create(grainType), GrainIdKeyExtensions.CreateIntegerKey(0));

    private async Task<TState?> ReadAsync<TState>(string name, GrainId grain)
        where TState : class, new()
    {
        var state = new GrainState<TState>(new TState());
        await from.ReadStateAsync(name, grain, state);
        return state.RecordExists ? state.State : null;
    }

    private async Task<bool> CopyAsync<TState>(string name, GrainId grain, Func<TState, TState> adapt)
        where TState : class, new()
    {
        if (await ReadAsync<TState>(name, grain) is not { } stored)
        {
            return false;
        }

        await to.WriteStateAsync(name, grain, new GrainState<TState>(adapt(stored)));
        return true;
    }
}
