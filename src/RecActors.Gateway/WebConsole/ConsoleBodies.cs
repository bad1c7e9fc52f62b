using RecActors.Erasure;
using RecActors.Items;
using RecActors.Requests;
using RecActors.Training;
using RecActors.Users;

namespace RecActors.WebConsole;

/// <summary>An item in a list of the console.</summary>
internal sealed record ConsoleItemBody(string Id, string? Name, double Score)
{
    public static ConsoleItemBody From(ScoredItem item) => new(item.ItemId, item.Name, item.Score);
}

/// <summary>A list that is the same for everybody.</summary>
/// <param name="Name">Its name in the API.</param>
/// <param name="Window">Of what is trending the window; null otherwise.</param>
internal sealed record ConsoleListBody(string Name, string? Window);

/// <summary>What is known of an item beside its attributes.</summary>
/// <param name="Popularity">How much it was acted on lately.</param>
/// <param name="Rank">Its place among the popular ones, from 1; null beyond the first thousand.</param>
/// <param name="Neighbors">Items like it.</param>
internal sealed record ConsoleItemFactsBody(double Popularity, int? Rank, IReadOnlyList<ConsoleItemBody> Neighbors);

/// <summary>What a user did and what it adds up to. A user is known who has a profile or actions, and is not erased.</summary>
internal sealed record ConsoleUserBody(
    string UserId, bool Known, long UserVersion, IReadOnlyList<HistoryBody> History, IReadOnlyList<CategoryShareBody> Categories)
{
    public static ConsoleUserBody From(UserTaste taste, UserProfile? profile) => new(
        taste.UserId,
        profile is not null || taste.UserVersion > 0,
        taste.UserVersion,
        [.. taste.RecentItems.Select(item => new HistoryBody(item.ItemId, item.Name, item.Weight, Timestamps.ToWire(item.TimestampMs)))],
        [.. taste.Categories.Select(category => new CategoryShareBody(category.Category, category.Share))]);
}

internal sealed record HistoryBody(string Id, string? Name, float Weight, DateTime Timestamp);

internal sealed record CategoryShareBody(string Category, float Share);

/// <summary>How the system is, once a second.</summary>
internal sealed record LiveStatusBody(
    DateTime Time,
    bool Ready,
    bool DataStoreConnected,
    string? Store,
    string? Reason,
    long ServingVersion,
    RefitStatusBody? Refit,
    ErasureStatusBody? Erasure,
    TrafficBody Traffic,
    IReadOnlyList<SiloBody> Silos);

/// <summary>What this gateway process has answered in the last minute.</summary>
/// <param name="LastSecond">Requests in the last second.</param>
/// <param name="RequestsPerSecond">Requests a second over the minute.</param>
/// <param name="P50Ms">Half of them took no longer; null when there were none.</param>
/// <param name="P95Ms">The same of 95 %.</param>
/// <param name="P99Ms">The same of 99 %.</param>
/// <param name="WritesPerSecond">Acknowledged writes of feedback a second.</param>
/// <param name="AcknowledgedP99Ms">99 % of these were durable, and in the user's next answer, after this time.</param>
/// <param name="Refused">How many were answered with an error, by status.</param>
internal sealed record TrafficBody(
    int LastSecond,
    double RequestsPerSecond,
    double? P50Ms,
    double? P95Ms,
    double? P99Ms,
    double WritesPerSecond,
    double? AcknowledgedP99Ms,
    IReadOnlyDictionary<int, int> Refused);

/// <summary>A silo, and what it does: serve users and items, train, or both.</summary>
internal sealed record SiloBody(string Name, string Address, string Status, IReadOnlyList<string> Roles, DateTime Started, float? CpuPercent, long? MemoryBytes, int? Activations);
