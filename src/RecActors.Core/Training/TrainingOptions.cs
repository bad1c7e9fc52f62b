using System.ComponentModel.DataAnnotations;
using RecActors.Interest;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Training;

/// <summary>How the ranker's output is compared with what the user did.</summary>
public enum RankerLoss
{
    /// <summary>Cross-entropy of the softmax over a query's candidates, its targets alike (ListNet's top-one loss, Cao et al. 2007).</summary>
    ListwiseSoftmax,

    /// <summary>Binary cross-entropy of every candidate on its own.</summary>
    CrossEntropy,

    /// <summary>Squared error of every candidate against 0 or 1.</summary>
    MeanSquaredError,
}

/// <summary>How the ranker's weights are moved.</summary>
public enum RankerOptimizer
{
    /// <summary>Adam (Kingma &amp; Ba 2015).</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum .9.</summary>
    Sgd,
}

/// <summary>
/// How a model is trained. Defaults are the recipe measured on public data; grids are searched by validation. Lists are null unless
/// set, because configuration adds to a list that is there; the properties whose names end in <c>InUse</c> give what counts.
/// </summary>
public sealed class TrainingOptions : IValidatableObject
{
    /// <summary>Shortest vector.</summary>
    public const int LeastDimensions = 2;

    /// <summary>Longest vector.</summary>
    public const int MostDimensions = 1024;

    /// <value>Length of an item's vector; half and double of it are tried where <see cref="SearchDimensions"/> is set. Default 64.</value>
    [Range(LeastDimensions, MostDimensions)]
    public int Dimensions { get; set; } = 64;

    /// <value>Whether to try vectors of half and double the length, which have to be better by more than chance explains: they change what every silo pays. Default true.</value>
    public bool SearchDimensions { get; set; } = true;

    /// <value>Number of a user's last distinct items in the fold-in, at most as many as users keep, or half of it where validation finds that better. Default 400.</value>
    [Range(1, UserHistory.DefaultWindow)]
    public int Window { get; set; } = UserHistory.DefaultWindow;

    /// <value>Weights a₀ of the unobserved pairs to try. Default .003, .01, .03, .1, .3, 1.</value>
    [MinLength(1)]
    public float[]? Alpha0 { get; set; }

    /// <value>Regularisations to try. Default .001, .003, .01, .02.</value>
    [MinLength(1)]
    public float[]? Regularization { get; set; }

    /// <value>Exponents ν of the frequency-scaled regularisation to try. Default .9 and 1.</value>
    [MinLength(1)]
    public float[]? Nu { get; set; }

    /// <value>Decays of the fold-in per action, the long-term one first. Default 1 and .8.</value>
    [MinLength(1)]
    public float[]? Decays { get; set; }

    /// <value>Alternating sweeps of the factorisation. Default 8.</value>
    [Range(1, 100)]
    public int Sweeps { get; set; } = 8;

    /// <value>Seconds for the search of a₀, regularisation, ν and the vectors' length on one present server core; 0 takes the middle of each grid. Counted in arithmetic, so that a slower machine takes longer and chooses the same. Default 60.</value>
    [Range(0, 86_400)]
    public double SearchSeconds { get; set; } = 60;

    /// <value>How scores follow from vectors. Default dot product.</value>
    public Similarity Similarity { get; set; } = Similarity.DotProduct;

    /// <value>Most items in the regression of learned item-to-item weights, the ones acted on most; where weights are counted instead, 25 times as many. 0 learns none. The time of a regression grows with its cube, the memory with its square. Default 4,000.</value>
    [Range(0, 20_000)]
    public int LinearItems { get; set; } = 4_000;

    /// <value>Learned item-to-item weights kept per item. Default 500: 200 lose a hundredth of the quality on MovieLens 1M, 1,000 gain nothing.</value>
    [Range(1, 20_000)]
    public int LinearWeightsPerItem { get; set; } = 500;

    /// <value>Seconds for one fit of the sequence model on a present server core, of which a refit makes up to two, and half as much for comparing <see cref="SequenceLearningRates"/> in the first; 0 trains none. Counted in arithmetic, as the search. Default 5.</value>
    [Range(0, 86_400)]
    public double SequenceSeconds { get; set; } = 5;

    /// <value>Step sizes of the sequence model to try, the one preferred among equals first. Default .005 alone: a larger one makes the model better and the whole no better (docs/decisions/sequence-model.md).</value>
    [MinLength(1)]
    public double[]? SequenceLearningRates { get; set; }

    /// <value>Most items that the sequence model knows, the ones acted on most: it is whole on every silo, two vectors an item. Default 100,000.</value>
    [Range(100, 10_000_000)]
    public int SequenceItems { get; set; } = 100_000;

    /// <value>Share of a history's items that each pass of the sequence model's training leaves out. Default .3.</value>
    [Range(0, .9)]
    public double SequenceDropout { get; set; } = .3;

    /// <value>Share of the period on which the sources are fitted first. Default .8.</value>
    [Range(.05, .95)]
    public double SourceSlice { get; set; } = .8;

    /// <value>End of the slice that gives the ranker's examples, as a share of the period. Default .9.</value>
    [Range(.05, .98)]
    public double RankerSlice { get; set; } = .9;

    /// <value>End of the slice for early stopping; the gate measures on the rest. Default .95.</value>
    [Range(.05, .99)]
    public double StoppingSlice { get; set; } = .95;

    /// <value>Most queries replayed over all slices; more are sampled evenly. Default 20,000.</value>
    [Range(100, 10_000_000)]
    public int MaxReplayQueries { get; set; } = 20_000;

    /// <value>Form of the ranker, or none. Default MLP.</value>
    public RankerKind Ranker { get; set; } = RankerKind.Mlp;

    /// <value>Sizes of the MLP's hidden layers. Default 64 and 32.</value>
    [MinLength(1)]
    public int[]? HiddenSizes { get; set; }

    /// <value>Loss. Default listwise softmax.</value>
    public RankerLoss Loss { get; set; } = RankerLoss.ListwiseSoftmax;

    /// <value>Optimiser. Default Adam.</value>
    public RankerOptimizer Optimizer { get; set; } = RankerOptimizer.Adam;

    /// <value>Step sizes of the ranker to try, the one preferred among equals first. Default for Adam .002, .001, .004; for SGD .01, .003, .03.</value>
    [MinLength(1)]
    public double[]? LearningRates { get; set; }

    /// <value>Weight decay. Default 1e-5.</value>
    [Range(0, 1)]
    public double WeightDecay { get; set; } = 1e-5;

    /// <value>Queries in a batch; 0 is full batch: one step per epoch over everything. Default 64.</value>
    [Range(0, 1_000_000)]
    public int BatchQueries { get; set; } = 64;

    /// <value>Most passes over the examples. Default 20.</value>
    [Range(1, 10_000)]
    public int MaxEpochs { get; set; } = 20;

    /// <value>Passes without a better NDCG@10 on later events before it stops. Default 3.</value>
    [Range(1, 10_000)]
    public int Patience { get; set; } = 3;

    /// <value>Candidate sources to do without, with their features: for measuring what they are worth. Default none.</value>
    public CandidateSource[]? WithoutSources { get; set; }

    /// <value>Features to do without, for the same. Default none.</value>
    public FeatureGroup[]? WithoutFeatures { get; set; }

    /// <value>How much worse than the serving model the new one's NDCG@10 may be, relative. Default .05.</value>
    [Range(0, 1)]
    public double GateTolerance { get; set; } = .05;

    /// <value>Threads of factorisations and their search; from two on, the sequence model and the item weights are learned side by side. The outcome is the same with any number. Default 1.</value>
    [Range(1, 256)]
    public int Threads { get; set; } = 1;

    /// <value>Threads of libtorch. Default 1: two can be 28 times slower beside other load.</value>
    [Range(1, 256)]
    public int TorchThreads { get; set; } = 1;

    /// <value>Seed of everything random. Default 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>The grid of a₀, ascending.</summary>
    public IReadOnlyList<float> Alpha0InUse => [.. (Alpha0 ?? [.003f, .01f, .03f, .1f, .3f, 1f]).Distinct().Order()];

    /// <summary>The grid of regularisations, ascending.</summary>
    public IReadOnlyList<float> RegularizationInUse => [.. (Regularization ?? [.001f, .003f, .01f, .02f]).Distinct().Order()];

    /// <summary>The grid of ν, ascending.</summary>
    public IReadOnlyList<float> NuInUse => [.. (Nu ?? [.9f, 1f]).Distinct().Order()];

    /// <summary>The fold-in's decays.</summary>
    public IReadOnlyList<float> DecaysInUse => Decays ?? [1f, .8f];

    /// <summary>The names of all features to do without.</summary>
    public IReadOnlySet<string> FeaturesExcluded =>
        (WithoutSources ?? []).SelectMany(SourceFeatures.Of).Concat((WithoutFeatures ?? []).SelectMany(FeatureGroups.Of)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The step sizes to try.</summary>
    public IReadOnlyList<double> LearningRatesInUse => LearningRates ?? (Optimizer == RankerOptimizer.Sgd ? [.01, .003, .03] : [.002, .001, .004]);

    /// <summary>The step sizes of the sequence model to try.</summary>
    public IReadOnlyList<double> SequenceLearningRatesInUse => SequenceLearningRates ?? [.005];

    /// <summary>The MLP's hidden layers; none for a linear ranker.</summary>
    public IReadOnlyList<int> HiddenSizesInUse => Ranker == RankerKind.Linear ? [] : HiddenSizes ?? [64, 32];

    /// <summary>What the attributes cannot say: the elements of lists, and the order of the slices.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Alpha0InUse.Any(value => !(value is >= 0 and <= 100)))
        {
            yield return new($"{nameof(Alpha0)} must be from 0 to 100.", [nameof(Alpha0)]);
        }

        if (RegularizationInUse.Any(value => !(value is > 0 and <= 100)))
        {
            yield return new($"{nameof(Regularization)} must be above 0 and at most 100.", [nameof(Regularization)]);
        }

        if (NuInUse.Any(value => !(value is >= 0 and <= 2)))
        {
            yield return new($"{nameof(Nu)} must be from 0 to 2.", [nameof(Nu)]);
        }

        if (DecaysInUse.Any(value => !(value is > 0 and <= 1)))
        {
            yield return new($"{nameof(Decays)} must be above 0 and at most 1.", [nameof(Decays)]);
        }

        if (LearningRatesInUse.Any(value => !(value is > 0 and <= 10)))
        {
            yield return new($"{nameof(LearningRates)} must be above 0 and at most 10.", [nameof(LearningRates)]);
        }

        if (SequenceLearningRatesInUse.Any(value => !(value is > 0 and <= 10)))
        {
            yield return new($"{nameof(SequenceLearningRates)} must be above 0 and at most 10.", [nameof(SequenceLearningRates)]);
        }

        if (HiddenSizesInUse.Any(size => size is < 1 or > 4096))
        {
            yield return new($"{nameof(HiddenSizes)} must be from 1 to 4096.", [nameof(HiddenSizes)]);
        }

        if (!(SourceSlice < RankerSlice && RankerSlice < StoppingSlice))
        {
            yield return new(
                $"{nameof(SourceSlice)}, {nameof(RankerSlice)} and {nameof(StoppingSlice)} must ascend.",
                [nameof(SourceSlice), nameof(RankerSlice), nameof(StoppingSlice)]);
        }
    }
}
