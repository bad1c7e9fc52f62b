using RecActors.Requests;

namespace RecActors.Models;

/// <summary>The published versions, newest first.</summary>
internal sealed record ModelListBody(long ServingVersion, long? PreviousVersion, IReadOnlyList<ModelBody> Models)
{
    public static ModelListBody From(ModelListing listing) =>
        new(listing.ServingVersion, listing.PreviousVersion, [.. listing.Models.Select(ModelBody.From)]);
}

/// <summary>A published version.</summary>
internal sealed record ModelBody(
    long Version,
    DateTime Created,
    string Reason,
    long JournalCut,
    int Users,
    int Items,
    long Events,
    double TrainingSeconds,
    IReadOnlyDictionary<string, double> Metrics)
{
    public static ModelBody From(ModelDescription model) => new(
        model.Version,
        Timestamps.ToWire(model.CreatedMs),
        model.Reason,
        model.JournalCut,
        model.Users,
        model.Items,
        model.Events,
        model.TrainingSeconds,
        model.Metrics);
}

/// <summary>What a promotion or a roll back led to.</summary>
internal sealed record PromotionBody(bool Promoted, long ServingVersion, string? Message);
