using System.Numerics.Tensors;
using RecActors.Evaluation;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// Chooses a₀, regularisation and ν together by validation, then the decays of the fold-in, then how histories are looked up: fits the
/// factors on the older nine tenths of the sources' slice and asks the fold-in for the newest, or fits them on the whole slice and asks for
/// given validation events. Climbs over the grid from its middle to the best neighbour until none is better. What it
/// may spend is counted in arithmetic, not by the clock, so that the choice does not depend on what else the machine does.
/// </summary>
internal sealed class SettingsSearch
{
    private const double FittedShare = .9;
    private const int MaxQueries = 1_000;

    // Deeper than what is shown: fewer queries decide by luck.
    private const int Depth = 100;

    // Operations a second that a thread of a present server core does in these kernels, all told: a fit of 590,000 actions takes 3 s.
    private const double OperationsPerSecond = 1.5e10;

    // A profile without order is best described by all of it alike; the shorter the visits, the faster interest moves on.
    private static readonly float[][] Decays = [[1f, .8f], [1f, .9f], [1f, .6f], [1f]];

    private readonly TrainingSet _set;
    private readonly EventTimeline _timeline;
    private readonly TrainingOptions _options;
    private readonly Grid _grid;
    private readonly int _seed;
    private readonly int _fitted;
    private readonly int _end;
    private readonly List<ValidationQuery> _queries = [];
    private readonly LookupChoice _lookup;

    public SettingsSearch(
        TrainingSet set, EventTimeline timeline, ReplayState state, ItemToItemLookup lookup, TrainingOptions options, int seed, CancellationToken cancellationToken)
    {
        _set = set;
        _timeline = timeline;
        _options = options;
        _grid = new(options);
        _seed = seed;
        _fitted = timeline.HasValidation ? timeline.SourceEnd : (int)(timeline.SourceEnd * FittedShare);
        _end = timeline.HasValidation ? timeline.Count : timeline.SourceEnd;

        // The state goes through the slice anyway; on its way it tells the queries.
        state.Advance(timeline, 0, _fitted, cancellationToken);
        _lookup = new(state, lookup);
        foreach (var query in ValidationQuery.Of(set, timeline, state, _fitted, _end, MaxQueries, happens: true, cancellationToken))
        {
            _queries.Add(query);

            // Where the order is known, summing over whole histories wins this comparison now and then, and takes from the ranker what was latest.
            if (!set.HasTimes)
            {
                _lookup.Ask(query);
            }
        }
    }

    /// <summary>The middle of the grids: what is taken when nothing can be compared.</summary>
    public static SourceSettings Middle(TrainingOptions options)
    {
        var grid = new Grid(options);
        return grid[grid.Middle];
    }

    /// <summary>The best settings found.</summary>
    /// <param name="onTried">Called with the settings, their score, and how much of the budget is spent.</param>
    /// <param name="cancellationToken">Noticed within a sweep.</param>
    public SourceSettings Run(Action<SourceSettings, double, double>? onTried, CancellationToken cancellationToken)
    {
        var trials = _queries.Count == 0 ? 0 : (int)Math.Min(int.MaxValue, _options.SearchSeconds * _options.Threads * OperationsPerSecond / OperationsPerTrial());
        var scores = new Dictionary<GridPoint, double>();
        var best = _grid.Middle;
        var settings = _grid[best] with { Lookup = _lookup.Chosen };
        if (trials < 2)
        {
            return settings;
        }

        InterestVectors? vectors = null;
        scores[best] = Try(best);
        while (true)
        {
            foreach (var neighbour in _grid.Neighbours(best))
            {
                if (scores.Count < trials && !scores.ContainsKey(neighbour))
                {
                    scores[neighbour] = Try(neighbour);
                }
            }

            // Of equal scores the settings tried first stay, so that the climb ends.
            var top = _grid.Neighbours(best).Where(scores.ContainsKey).Select(at => (GridPoint?)at).OrderByDescending(at => scores[at!.Value]).FirstOrDefault();
            if (top is not { } better || scores[better] <= scores[best])
            {
                return WithFoldIn(_grid[best] with { Lookup = _lookup.Chosen }, vectors, onTried, cancellationToken);
            }

            best = better;
        }

        double Try(GridPoint at)
        {
            var fitted = Fit(_grid[at], cancellationToken);
            var score = fitted is null ? -1 : Score(fitted, cancellationToken);
            vectors = fitted is not null && score > scores.Values.DefaultIfEmpty(-1).Max() ? fitted : vectors;
            onTried?.Invoke(_grid[at], score, (scores.Count + 1d) / Math.Min(trials, _grid.Count));
            return score;
        }
    }

    /// <summary>The decays and the window by which the best vectors answer best; decays that the options fix stay.</summary>
    private SourceSettings WithFoldIn(
        SourceSettings settings, InterestVectors? vectors, Action<SourceSettings, double, double>? onTried, CancellationToken cancellationToken)
    {
        if (vectors is null)
        {
            return settings;
        }

        var best = double.NegativeInfinity;
        foreach (var decays in _options.Decays is null ? Decays : [_options.Decays])
        {
            Try(settings with { Decays = decays });
        }

        Try(settings with { Window = Math.Max(1, settings.Window / 2) });
        return settings;

        void Try(SourceSettings tried)
        {
            var score = Score(vectors with { Parameters = vectors.Parameters with { Decays = [.. tried.Decays], Window = tried.Window } }, cancellationToken);
            onTried?.Invoke(tried, score, 1);
            (settings, best) = score > best ? (tried, score) : (settings, best);
        }
    }

    /// <summary>Null when the factors cannot be computed.</summary>
    private InterestVectors? Fit(SourceSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return InterestVectors.Fit(_set, _timeline, _fitted, settings, _options, _seed, null, cancellationToken);
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    /// <summary>NDCG@100 of the fold-in alone on the newest part of the slice.</summary>
    private double Score(InterestVectors vectors, CancellationToken cancellationToken)
    {
        var table = TableOf(vectors);
        var foldIn = new FoldIn(vectors.Parameters, vectors.Gram);
        var tally = new RankTally();
        foreach (var query in _queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var embeddings = foldIn.Encode(query.History.AsSpan(), table);
            var mean = embeddings[0];
            foreach (var embedding in embeddings.Skip(1))
            {
                TensorPrimitives.Add(mean, embedding, mean);
            }

            var hits = ExactRetriever.Search(table, mean, _options.Similarity, Depth, new Unseen(query.Seen));
            tally.Add(Enumerable.Range(1, hits.Length).Where(rank => query.Targets.Contains(hits[rank - 1].Row)), query.Targets.Length);
        }

        return tally.Ndcg(Depth);
    }

    private VectorTable TableOf(InterestVectors vectors)
    {
        var table = new VectorTable(_options.Dimensions);
        var order = Enumerable.Range(0, vectors.Items.Length).ToArray();
        Array.Sort([.. vectors.Items], order);
        foreach (var index in order)
        {
            table.Set(vectors.Items[index], vectors.Vectors.AsSpan(index * _options.Dimensions, _options.Dimensions));
        }

        return table;
    }

    private double OperationsPerTrial()
    {
        double d = _options.Dimensions;
        var solve = (d * d * d / 3) + (2 * d * d);
        var sides = _set.UserIds.Count + (double)_set.ItemIds.Count;
        var fit = _options.Sweeps * ((2 * _fitted * d * d) + (sides * (solve + (d * d))));
        var encode = _options.DecaysInUse.Count * ((Math.Min(_options.Window, (double)_fitted / Math.Max(1, _set.UserIds.Count)) * d * d) + solve);
        return fit + (_queries.Count * (encode + (2 * d * _set.ItemIds.Count)));
    }

    private readonly struct Unseen(SeenRows seen) : IRowFilter
    {
        public bool Accepts(int row) => !seen.Contains(row);
    }
}
