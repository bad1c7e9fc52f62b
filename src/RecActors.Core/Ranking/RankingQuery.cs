using System.Numerics.Tensors;
using RecActors.Interest;
using RecActors.Models;

namespace RecActors.Ranking;

/// <summary>One query with all that is fixed about it: the model it is answered with, the user, the interest in that model's space.</summary>
internal sealed class RankingQuery
{
    public RankingQuery(ServingModel model, UserContext user, UserInterest? interest, RecommendRequest request, RankingOptions options)
    {
        Model = model;
        User = user;
        Interest = interest;
        Request = request;
        Depth = (int)Math.Clamp((long)Math.Max(0, request.Count) + Math.Max(0, request.Offset), 0, options.MaxDepth);
        Needed = request.Caps.Count == 0 ? Depth : options.MaxDepth;
        Effort = request.Explain ? RankingEffort.Full : request.Effort;
        Candidates = Math.Max(Effort == RankingEffort.Full ? options.Candidates : Math.Min(options.Candidates, options.ReducedCandidates), Needed);
        Vector = VectorOf(interest);
        SequenceVector = model.Sequence is null ? default : interest?.Sequence;
        Exploration = Math.Max(0f, request.Exploration);
        Lambda = Exploration > 0 ? 1f : Math.Clamp(request.Lambda ?? options.DiversityLambda, 0f, 1f);
    }

    public ServingModel Model { get; }

    public UserContext User { get; }

    /// <summary>Null without a model or a history.</summary>
    public UserInterest? Interest { get; }

    public RecommendRequest Request { get; }

    /// <summary>How much of the work is done.</summary>
    public RankingEffort Effort { get; }

    /// <summary>Whether candidates are scored by their features.</summary>
    public bool IsRanked => Effort < RankingEffort.WithoutRanker;

    /// <summary>How far the answer reaches: offset + count.</summary>
    public int Depth { get; }

    /// <summary>How many candidates there should be, from the catalog itself if the sources know fewer.</summary>
    public int Needed { get; }

    /// <summary>How many candidates are ranked, and how many each source offers.</summary>
    public int Candidates { get; }

    /// <summary>
    /// What items are retrieved with: the mean of the embeddings, so that one search serves all decays. Empty when nothing is
    /// known of the user in this model.
    /// </summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>What items are retrieved with by the sequence model. Empty when there is none, or it knows nothing of the user.</summary>
    public ReadOnlyMemory<float> SequenceVector { get; }

    /// <summary>λ of maximal marginal relevance, in [0, 1].</summary>
    public float Lambda { get; }

    /// <summary>The temperature that the answer is drawn with; 0 for the best one.</summary>
    public float Exploration { get; }

    /// <summary>Whether the answer is ordered by more than relevance.</summary>
    public bool IsDiverse => Lambda < 1f;

    private static ReadOnlyMemory<float> VectorOf(UserInterest? interest)
    {
        if (interest is null or { Embeddings.Length: 0 })
        {
            return ReadOnlyMemory<float>.Empty;
        }

        var mean = (float[])interest.Embeddings[0].Clone();
        for (var i = 1; i < interest.Embeddings.Length; i++)
        {
            TensorPrimitives.Add(mean, interest.Embeddings[i], mean);
        }

        TensorPrimitives.Divide(mean, interest.Embeddings.Length, mean);
        return mean.AsSpan().ContainsAnyExcept(0f) ? mean : ReadOnlyMemory<float>.Empty;
    }
}
