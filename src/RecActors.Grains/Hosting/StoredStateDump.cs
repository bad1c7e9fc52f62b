using System.Text.Json;
using Orleans.Storage;
using RecActors.Attribution;
using RecActors.Models;
using RecActors.Security;
using RecActors.Training;
using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>
/// What grains have stored, as JSON that any store takes over, while no silo runs on the storage. Journal positions become something
/// that holds in every journal. Thread-safe.
/// </summary>
public sealed class StoredStateDump(IGrainStorage storage)
{
    private const string Keys = ApiKeysState.Name;

    /// <summary>The journal positions that the state refers to.</summary>
    public async Task<IReadOnlyList<long>> ReadCutsAsync() =>
        [.. (await ReadAsync<ModelRegistryState>(ModelRegistryState.Name, IdOf(ModelRegistryGrain.TypeName)))?.Models.Select(model => model.JournalCut) ?? []];

    /// <summary>A user's profile and when it was written, in Unix milliseconds, 0 when nobody knows; or null.</summary>
    public async Task<(UserProfile Profile, long WrittenMs)?> ReadProfileAsync(string userId) =>
        await ReadAsync<UserProfileState>(UserProfileState.Name, UserOf(userId)) is { } stored ? (stored.For(userId), stored.WrittenMs) : null;

    /// <summary>Stores a profile as written at a time, in Unix milliseconds, from which on a session without actions is kept for its time to live.</summary>
    public Task WriteProfileAsync(UserProfile profile, long writtenMs)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return WriteAsync(
            UserProfileState.Name,
            UserOf(profile.UserId),
            new UserProfileState { LabelsJson = profile.LabelsJson, Comment = profile.Comment, WrittenMs = writtenMs });
    }

    /// <summary>The models' registry, the trainer's memory, what came of answers and the API keys (as hashes, without the cookies' secrets), where there are some: names and JSON.</summary>
    /// <param name="cutOf">What a journal position becomes.</param>
    /// <param name="entries">How many entries the dump has.</param>
    public async Task<IReadOnlyList<(string Name, string Json)>> ReadAsync(Func<long, long> cutOf, long entries)
    {
        var states = new List<(string, string)>();
        if (await ReadAsync<ModelRegistryState>(ModelRegistryState.Name, IdOf(ModelRegistryGrain.TypeName)) is { } registry)
        {
            registry.Models = Moved(registry.Models, cutOf);
            states.Add((ModelRegistryState.Name, JsonSerializer.Serialize(registry)));
        }

        if (await ReadAsync<TrainerState>(TrainerState.Name, IdOf(TrainerGrain.TypeName)) is { } trainer)
        {
            // Entries that were deleted since are in no dump.
            trainer.LastCut = Math.Min(trainer.LastCut, entries);
            states.Add((TrainerState.Name, JsonSerializer.Serialize(trainer)));
        }

        if (await ReadAsync<OnlineQualityState>(OnlineQualityState.Name, IdOf(OnlineQualityGrain.TypeName)) is { } quality)
        {
            states.Add((OnlineQualityState.Name, JsonSerializer.Serialize(quality)));
        }

        if (await ReadAsync<ApiKeysState>(Keys, IdOf(ApiKeysGrain.TypeName)) is { } keys)
        {
            // Who has the secret of the cookies needs no key. The restored installation makes one of its own.
            (keys.CookieSecret, keys.PreviousCookieSecret) = (null, null);
            states.Add((Keys, JsonSerializer.Serialize(keys)));
        }

        return states;
    }

    /// <summary>Stores what <see cref="ReadAsync(Func{long, long}, long)"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is none of it.</exception>
    public Task WriteAsync(string name, string json, Func<long, long> positionOf) => WriterOf(name, json)(this, positionOf);

    /// <summary>Checks that <see cref="WriteAsync(string, string, Func{long, long})"/> would take it.</summary>
    /// <exception cref="InvalidDataException">It would not.</exception>
    public static void Verify(string name, string json) => _ = WriterOf(name, json);

    /// <summary>What stores a state, which was read already.</summary>
    private static Func<StoredStateDump, Func<long, long>, Task> WriterOf(string name, string json)
    {
        return name switch
        {
            ModelRegistryState.Name => RegistryWriter(Parse<ModelRegistryState>(json)),
            TrainerState.Name => Writer(TrainerGrain.TypeName, Parse<TrainerState>(json)),
            OnlineQualityState.Name => Writer(OnlineQualityGrain.TypeName, Parse<OnlineQualityState>(json)),
            Keys => Writer(ApiKeysGrain.TypeName, Parse<ApiKeysState>(json)),
            _ => throw new InvalidDataException($"'{name}' is no state of this version."),
        };

        Func<StoredStateDump, Func<long, long>, Task> Writer<TState>(string grainType, TState state)
            where TState : class, new() => (dump, _) => dump.WriteAsync(name, IdOf(grainType), state);

        Func<StoredStateDump, Func<long, long>, Task> RegistryWriter(ModelRegistryState registry) => (dump, positionOf) =>
        {
            registry.Models = Moved(registry.Models, positionOf);
            return dump.WriteAsync(name, IdOf(ModelRegistryGrain.TypeName), registry);
        };
    }

    private static List<ModelDescription> Moved(List<ModelDescription> models, Func<long, long> cutOf) =>
        [.. models.Select(model => model with { JournalCut = cutOf(model.JournalCut) })];

    private static T Parse<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json) ?? throw new InvalidDataException("A state is null.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("A state is not what this version writes: " + failure.Message, failure);
        }
    }

    private static GrainId IdOf(string grainType) => GrainId.Create(GrainType.Create(grainType), GrainIdKeyExtensions.CreateIntegerKey(0));

    private static GrainId UserOf(string userId) => GrainId.Create(UserGrain.TypeName, userId);

    private async Task<TState?> ReadAsync<TState>(string name, GrainId grain)
        where TState : class, new()
    {
        var state = new GrainState<TState>(new TState());
        await storage.ReadStateAsync(name, grain, state);
        return state.RecordExists ? state.State : null;
    }

    private Task WriteAsync<TState>(string name, GrainId grain, TState state)
        where TState : class, new() => storage.WriteStateAsync(name, grain, new GrainState<TState>(state));
}
