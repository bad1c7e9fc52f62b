using Microsoft.Extensions.Options;
using RecActors.Anonymous;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Interest;
using RecActors.ItemStats;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Sharding;

namespace RecActors.Users;

/// <summary>What all user grains of a silo share.</summary>
internal sealed record UserServices(
    IUserJournal Journal,
    CatalogReplica Catalog,
    FeedbackPolicy Policy,
    LiveItemStatistics Statistics,
    ReducedLog Reduced,
    ModelHolder Models,
    LocalRanking Ranking,
    FoldInPool Pool,
    ShardCalls Shards,
    UnknownItems UnknownItems,
    LocalUsers LocalUsers,
    AppendWatch Appends,
    UserProfiles Profiles,
    ISiloReadiness Readiness,
    MembershipLease Lease,
    JournalAvailability Availability,
    KeptAnswers Answers,
    LastActions LastActions,
    IOptions<UserOptions> Options,
    TimeProvider Time);
