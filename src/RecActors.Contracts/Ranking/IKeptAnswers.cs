namespace RecActors.Ranking;

/// <summary>
/// Answers that the users' actors of this process have given and would give again. A gateway in the same process answers with them and
/// calls no actor. Thread-safe.
/// </summary>
public interface IKeptAnswers
{
    /// <summary>False where there is nothing to be found now, whoever asks, as on a silo of a cluster.</summary>
    bool HasAny { get; }

    /// <summary>
    /// The answer that the user's actor would give now, everything acknowledged before the call included; null when that has to be made or
    /// looked at anew, which is for the actor to do.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="query">A question about now, without a minimum version.</param>
    KeptAnswer? Find(string userId, RecommendQuery query);
}

/// <summary>An answer that may be given again, and what a gateway has made of it. Thread-safe.</summary>
/// <param name="answer">The answer.</param>
public sealed class KeptAnswer(RecommendationAnswer answer)
{
    private volatile object? _rendered;

    /// <summary>The answer.</summary>
    public RecommendationAnswer Answer => answer;

    /// <summary>The answer as a gateway sends it, so that it is written once; null until then. Whoever writes it writes the same.</summary>
    public object? Rendered
    {
        get => _rendered;
        set => _rendered = value;
    }
}
