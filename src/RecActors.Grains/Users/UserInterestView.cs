using RecActors.Catalog;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Sequences;
using RecActors.Sharding;

namespace RecActors.Users;

/// <summary>
/// A user as the ranking sees it: derived lazily from the state, kept until the user's next action, a change of the profile or
/// another model. Runs on its grain's turns only.
/// </summary>
internal sealed class UserInterestView(
    string userId, UserState state, CatalogReplica catalog, FoldInPool pool, ShardCalls shards, TimeProvider time)
{
    private UserContext? _context;
    private string? _labelsJson;
    private long _modelVersion;
    private (SequenceEncoder Encoder, SequenceState State)? _sequence;

    /// <summary>
    /// The user at the state's version, with the interest in the model's space; without it where the model's vectors are in shards
    /// which do not have the model any more, or not yet.
    /// </summary>
    public ValueTask<UserContext> AtAsync(ServingModel model, string? labelsJson)
    {
        if (_context is { } known && known.UserVersion == state.Version && _modelVersion == model.Version && _labelsJson == labelsJson)
        {
            return new(known);
        }

        var user = new UserContext
        {
            UserId = userId,
            UserVersion = state.Version,
            History = state.History.NewestFirst.AsMemory(),
            Seen = state.History.Seen,
            LabelTokens = UserContext.LabelTokensOf(labelsJson, catalog.Vocabulary),
        };
        return model.Sharded is null
            ? new(Keep(user with { Interest = Encode(user, model, model.Vectors) }, model, labelsJson))
            : FetchAsync(user, model, labelsJson);
    }

    /// <summary>Derives the user anew at the next question.</summary>
    public void Forget() => _context = null;

    private async ValueTask<UserContext> FetchAsync(UserContext user, ServingModel model, string? labelsJson)
    {
        try
        {
            var vectors = await shards.VectorsOfAsync(model, user.History);
            return Keep(user with { Interest = Encode(user, model, vectors) }, model, labelsJson);
        }
        catch (ShardModelException)
        {
            return user;
        }
    }

    private UserContext Keep(UserContext user, ServingModel model, string? labelsJson)
    {
        (_context, _labelsJson, _modelVersion) = (user, labelsJson, model.Version);
        return user;
    }

    private UserInterest? Encode(UserContext user, ServingModel model, IItemVectors vectors)
    {
        if (model.FoldIn is not { } foldIn || user.History.IsEmpty)
        {
            return null;
        }

        var started = time.GetTimestamp();
        var embeddings = pool.Encode(userId, foldIn, vectors, user.History.Span);
        var interest = new UserInterest(model.Version, embeddings) { Sequence = Expect(user, model) };
        UserTelemetry.Encoded(time.GetElapsedTime(started));
        return interest;
    }

    /// <summary>The recurrence stays with the user and moves with each action; another model begins it anew from the history.</summary>
    private float[]? Expect(UserContext user, ServingModel model)
    {
        if (model.Sequence is not { } encoder)
        {
            _sequence = null;
            return null;
        }

        if (_sequence is not { } known || known.Encoder != encoder)
        {
            _sequence = known = (encoder, encoder.CreateState());
        }

        return encoder.Encode(user.History, known.State);
    }
}
