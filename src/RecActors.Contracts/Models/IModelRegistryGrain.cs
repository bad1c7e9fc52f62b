using Orleans.Concurrency;

namespace RecActors.Models;

/// <summary>Knows the published model versions and which one serves; key 0.</summary>
[Alias("recactors.model-registry"), GrainInterfaceType("recactors.model-registry")]
public interface IModelRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>How long a promotion may take: longer than the silos have for loading and verifying a bundle, and for being told.</summary>
    private const string PromotionTimeout = "00:05:00";

    /// <summary>Versions, newest first, and the one that serves.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ModelListing> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a number for a bundle to come. Of two publishers only the later number's fencing token is accepted.</summary>
    [Alias("reserve")]
    Task<PublishTicket> ReserveAsync(CancellationToken cancellationToken = default);

    /// <summary>Registers a saved bundle. False when the ticket has been overtaken.</summary>
    [Alias("publish")]
    Task<bool> PublishAsync(PublishTicket ticket, ModelDescription description, CancellationToken cancellationToken = default);

    /// <summary>Makes every serving silo load and verify the version, then all serve it.</summary>
    [Alias("promote"), ResponseTimeout(PromotionTimeout)]
    Task<PromotionResult> PromoteAsync(long version, CancellationToken cancellationToken = default);

    /// <summary>Promotes the version that served before the current one.</summary>
    [Alias("rollback"), ResponseTimeout(PromotionTimeout)]
    Task<PromotionResult> RollBackAsync(CancellationToken cancellationToken = default);

    /// <summary>The version that serves, 0 for none, with the number of the promotion that made it so.</summary>
    [Alias("current"), AlwaysInterleave]
    Task<ServingVersion> GetServingAsync(CancellationToken cancellationToken = default);
}

/// <summary>The right to publish one version.</summary>
[GenerateSerializer, Immutable, Alias("recactors.publish-ticket")]
public readonly record struct PublishTicket([property: Id(0)] long Version, [property: Id(1)] long FencingToken);

/// <summary>The version that serves, and how many promotions there have been.</summary>
[GenerateSerializer, Immutable, Alias("recactors.serving-version")]
public readonly record struct ServingVersion([property: Id(0)] long Version, [property: Id(1)] long Promotion);

/// <summary>What is known of a published version.</summary>
[GenerateSerializer, Immutable, Alias("recactors.model-description")]
public sealed record ModelDescription
{
    [Id(0)]
    public long Version { get; init; }

    [Id(1)]
    public long CreatedMs { get; init; }

    /// <summary>Why it was trained.</summary>
    [Id(2)]
    public string Reason { get; init; } = "";

    /// <summary>Position of the journals that it was trained up to.</summary>
    [Id(3)]
    public long JournalCut { get; init; }

    [Id(4)]
    public int Items { get; init; }

    [Id(5)]
    public int Users { get; init; }

    [Id(6)]
    public long Events { get; init; }

    [Id(7)]
    public double TrainingSeconds { get; init; }

    [Id(8)]
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}

/// <summary>The published versions, newest first.</summary>
[GenerateSerializer, Immutable, Alias("recactors.model-listing")]
public sealed record ModelListing(
    [property: Id(0)] IReadOnlyList<ModelDescription> Models,
    [property: Id(1)] long ServingVersion,
    [property: Id(2)] long? PreviousVersion);

/// <summary>What became of a promotion.</summary>
[GenerateSerializer, Immutable, Alias("recactors.promotion-result")]
public sealed record PromotionResult(
    [property: Id(0)] bool Promoted,
    [property: Id(1)] long ServingVersion,
    [property: Id(2)] string? Message = null);
