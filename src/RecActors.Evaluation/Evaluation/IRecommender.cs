using RecActors.Interest;
using RecActors.Protocols;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Evaluation;

/// <summary>A model under test.</summary>
public interface IRecommender
{
    /// <summary>The name by which the command line chooses it.</summary>
    string Name { get; }

    /// <summary>Fits the model to the plan's training events; settings are chosen without a look at the test.</summary>
    /// <exception cref="InvalidDataException">The data are too large for the model; the message says by what.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken);
}

/// <summary>A fitted model, from which any number of replays start.</summary>
public interface IFittedRecommender : IDisposable
{
    /// <summary>Settings that validation chose, for people; empty when there was nothing to choose.</summary>
    string Settings { get; }

    /// <summary>Whether its answers can be made more diverse: <see cref="RankingTask.Lambda"/>.</summary>
    bool CanDiversify => false;

    /// <summary>A replay that stands at the end of the training events.</summary>
    IRecommenderReplay Replay(CancellationToken cancellationToken);
}

/// <summary>A model during a replay. One caller.</summary>
public interface IRecommenderReplay
{
    /// <summary>Items for the user, best first, none of them seen; fewer than asked for when the model knows no more.</summary>
    int[] Rank(in RankingTask task);

    /// <summary>An event of the whole set happened.</summary>
    void Observe(int index);
}

/// <summary>What a model is fitted to.</summary>
/// <param name="Plan">Events, divided.</param>
/// <param name="NewOptions">Makes the options of a training, which the model may change.</param>
/// <param name="Seed">Seed of everything random.</param>
public sealed record FitRequest(EvaluationPlan Plan, Func<TrainingOptions> NewOptions, int Seed)
{
    /// <summary>How models whose vectors can be compared in several ways compare them; null for the way that is each one's own.</summary>
    public Similarity? Similarity { get; init; }
}

/// <summary>A question.</summary>
/// <param name="User">Who asks.</param>
/// <param name="TimestampMs">When, in Unix milliseconds; 0 when unknown.</param>
/// <param name="Depth">How many items.</param>
/// <param name="Seen">Items that must not be in the answer.</param>
/// <param name="Lambda">λ of maximal marginal relevance, in [0, 1]; null for the model's own. Models that cannot diversify ignore it.</param>
public readonly record struct RankingTask(int User, long TimestampMs, int Depth, SeenRows Seen, float? Lambda = null);

/// <summary>How far a step of an evaluation is.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Step">What is being done, for people.</param>
/// <param name="Fraction">Done of it, in [0, 1].</param>
public readonly record struct EvaluationProgress(string Model, string Step, double Fraction);
