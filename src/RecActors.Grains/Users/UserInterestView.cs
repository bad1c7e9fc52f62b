using RecActors.Catalog;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>
/// A user as the ranking sees it: derived lazily from the state, kept until the user's next action, a change of the profile or
/// another model. Runs on its grain's turns only.
/// </summary>
internal sealed class UserInterestView(string userId, UserState state, CatalogReplica catalog, FoldInPool pool, TimeProvider time)
{
    private UserContext? _context;
    private string? _labelsJson;
    private long _modelVersion;

    /// <summary>The user at the state's version, with the interest in the model's space.</summary>
    public UserContext At(ServingModel model, string? labelsJson)
    {
        if (_context is { } known && known.UserVersion == state.Version && _modelVersion == model.Version && _labelsJson == labelsJson)
        {
            return known;
        }

        _labelsJson = labelsJson;
        _modelVersion = model.Version;
        return _context = new UserContext
        {
            UserId = userId,
            UserVersion = state.Version,
            History = state.History.NewestFirst.AsMemory(),
            Seen = state.History.Seen,
            LabelTokens = UserContext.LabelTokensOf(labelsJson, catalog.Vocabulary),
            Interest = Encode(model),
        };
    }

    private UserInterest? Encode(ServingModel model)
    {
        if (model.FoldIn is not { } foldIn || state.History.Count == 0)
        {
            return null;
        }

        var started = time.GetTimestamp();
        var embeddings = pool.Encode(userId, foldIn, model.Vectors, state.History.NewestFirst.AsSpan());
        UserTelemetry.Encoded(time.GetElapsedTime(started));
        return new UserInterest(model.Version, embeddings);
    }
}
