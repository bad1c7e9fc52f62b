using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Hosting;

namespace RecActors.Models;

/// <summary>
/// The one place that decides which version serves. What is decided is stored before any silo is told, so that a registry that
/// comes back on another silo, and a silo that missed the message, arrive at the same version.
/// </summary>
[GrainType(TypeName)]
[KeepAlive]
internal sealed partial class ModelRegistryGrain(
    [PersistentState(ModelRegistryState.Name, GrainStorageNames.State)] IPersistentState<ModelRegistryState> stored,
    IBundleStore bundles,
    ModelReplicas replicas,
    IOptions<ModelReplicaOptions> options,
    ILogger<ModelRegistryGrain> logger)
    : Grain, IModelRegistryGrain
{
    /// <summary>The stored identity of the registry: never change it.</summary>
    public const string TypeName = "model-registry";

    /// <summary>What is stored: calls that interleave with a promotion must not hear of it earlier.</summary>
    private ServingVersion _serving;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _serving = new ServingVersion(stored.State.ServingVersion, stored.State.Promotion);
        return Task.CompletedTask;
    }

    public Task<ModelListing> ListAsync(CancellationToken cancellationToken) => Task.FromResult(new ModelListing(
        [.. stored.State.Models.AsEnumerable().Reverse()], _serving.Version, stored.State.PreviousVersion));

    public Task<ServingVersion> GetServingAsync(CancellationToken cancellationToken) => Task.FromResult(_serving);

    public async Task<PublishTicket> ReserveAsync(CancellationToken cancellationToken)
    {
        // Bundles that were saved but never published keep their numbers.
        var saved = await bundles.ListAsync(cancellationToken);
        stored.State.LastReserved = Math.Max(stored.State.LastReserved, saved is [.., var last] ? last : 0) + 1;
        stored.State.FencingToken++;
        await StoreAsync();
        return new PublishTicket(stored.State.LastReserved, stored.State.FencingToken);
    }

    public async Task<bool> PublishAsync(PublishTicket ticket, ModelDescription description, CancellationToken cancellationToken)
    {
        if (stored.State.Models.Exists(model => model.Version == ticket.Version))
        {
            return true;
        }

        if (ticket.FencingToken != stored.State.FencingToken || description.Version != ticket.Version)
        {
            return false;
        }

        stored.State.Models.Add(description);
        var retired = Retire();
        await StoreAsync();
        foreach (var version in retired)
        {
            await DeleteAsync(version);
        }

        return true;
    }

    public async Task<PromotionResult> PromoteAsync(long version, CancellationToken cancellationToken)
    {
        var state = stored.State;
        var refusal = state.Models.Exists(model => model.Version == version)
            ? await replicas.PrepareAsync(version)
            : $"There is no model version {version}.";
        ModelTelemetry.Promoted(refusal is null);
        if (refusal is not null)
        {
            await replicas.AbandonAsync(version);
            return new PromotionResult(false, state.ServingVersion, refusal);
        }

        if (version != state.ServingVersion)
        {
            state.PreviousVersion = state.ServingVersion == 0 ? null : state.ServingVersion;
            state.ServingVersion = version;
            state.Promotion++;
            await StoreAsync();
            _serving = new ServingVersion(version, state.Promotion);
        }

        await replicas.CommitAsync(_serving);
        return new PromotionResult(true, version);
    }

    public Task<PromotionResult> RollBackAsync(CancellationToken cancellationToken) => stored.State.PreviousVersion is { } previous
        ? PromoteAsync(previous, cancellationToken)
        : Task.FromResult(new PromotionResult(false, stored.State.ServingVersion, "No version served before this one."));

    /// <summary>A retired bundle that cannot be deleted costs disk only; what was published stays published.</summary>
    private async Task DeleteAsync(long version)
    {
        try
        {
            await bundles.DeleteAsync(version, CancellationToken.None);
        }
        catch (IOException failure)
        {
            LogNotDeleted(failure, version);
        }
    }

    private async Task StoreAsync()
    {
        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            // Memory is ahead of what is stored, or behind another activation: the next one reads it anew.
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Takes the oldest versions out of the list, as many as there are too many; never those that serve or may be rolled back to.</summary>
    private List<long> Retire()
    {
        var state = stored.State;
        var retired = state.Models
            .SkipLast(options.Value.RetainedVersions)
            .Select(model => model.Version)
            .Where(version => version != state.ServingVersion && version != state.PreviousVersion)
            .ToList();
        state.Models.RemoveAll(model => retired.Contains(model.Version));
        return retired;
    }

    [LoggerMessage(LogLevel.Warning, "The retired bundle {Version} could not be deleted")]
    private partial void LogNotDeleted(Exception failure, long version);
}
