using RecActors.Evaluation;
using RecActors.ItemToItem;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// Chooses a₀, regularisation and ν together by validation, then the length of the vectors, then the decays and the window of the fold-in,
/// and how histories are looked up: fits the factors on the older nine tenths of the sources' slice and asks the fold-in for the newest, or
/// fits them on the whole slice and asks for given validation events. Climbs over the grid from its middle, by a straight step as soon as all
/// of those are tried and one is better, else by a diagonal one, until none is better. What it may spend is counted in arithmetic, not by the
/// clock, so that the choice does not depend on what else the machine does.
/// </summary>
internal sealed class SettingsSearch
{
    private const double FittedShare = .9;
    private const int MaxQueries = 1_000;

    // The rest is for vectors of another length.
    private const double ClimbShare = 2d / 3;

    // Vectors of another length cost every silo another amount; chance brings a difference of two standard errors about once in forty times.
    private const double StandardErrors = 2;

    // The decays and the window given held on every data set in time order that was tried: better by chance is not enough.
    private const double FoldInStandardErrors = 1;

    // Operations a second that a thread of a present server core does in these kernels, all told: a fit of 590,000 actions takes 3 s.
    private const double OperationsPerSecond = 1.5e10;

    // A profile without order is best described by all of it alike; the shorter the visits, the faster interest moves on.
    private static readonly float[][] Decays = [[1f, .8f], [1f, .9f], [1f, .6f], [1f]];

    private readonly TrainingSet _set;
    private readonly Lazy<InterestMatrix> _actions;
    private readonly TrainingOptions _options;
    private readonly Grid _grid;
    private readonly int _seed;
    private readonly int _fitted;
    private readonly List<ValidationQuery> _queries = [];
    private readonly LookupChoice _lookup;
    private readonly FoldInScore _score;
    private double _left;
    private Trial? _best;

    /// <summary>
    /// Lets the slice happen, which tells the questions and counts its item statistics for the stages that follow: this takes the longer, the more events there are.
    /// </summary>
    public SettingsSearch(
        TrainingSet set, EventTimeline timeline, ReplayState state, ItemToItemLookup lookup, TrainingOptions options, int seed, CancellationToken cancellationToken)
    {
        _set = set;
        _options = options;
        _grid = new(options);
        _seed = seed;
        _fitted = timeline.HasValidation ? timeline.SourceEnd : (int)(timeline.SourceEnd * FittedShare);
        _actions = new(() => InterestMatrix.Of(set, timeline, _fitted));
        state.Advance(timeline, 0, _fitted, cancellationToken);
        _lookup = new(state, lookup);
        foreach (var query in ValidationQuery.Of(set, timeline, state, _fitted, timeline.HasValidation ? timeline.Count : timeline.SourceEnd, MaxQueries, happens: true, cancellationToken))
        {
            _queries.Add(query);

            // Where the order is known, summing over whole histories wins this comparison now and then, and takes from the ranker what was latest.
            if (!set.HasTimes)
            {
                _lookup.Ask(query);
            }
        }

        _score = new(_queries, options);
        _left = options.SearchSeconds * OperationsPerSecond;
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
        var start = _grid[_grid.Middle] with { Lookup = _lookup.Chosen };
        if (_queries.Count == 0 || _left < 2 * OperationsPerTrial(_options.Dimensions))
        {
            return start;
        }

        Climb(onTried, cancellationToken);
        TryOtherLengths(onTried, cancellationToken);
        TryOtherFoldIns(onTried, cancellationToken);
        return (_best?.Settings ?? start) with { Lookup = _lookup.Chosen };
    }

    private void Climb(Action<SourceSettings, double, double>? onTried, CancellationToken cancellationToken)
    {
        var cost = OperationsPerTrial(_options.Dimensions);
        var trials = Math.Max(2, (int)Math.Min(int.MaxValue, _left * ClimbShare / cost));
        var scores = new Dictionary<GridPoint, double>();
        var at = _grid.Middle;
        Try(at);
        while (true)
        {
            var from = at;
            foreach (var steps in _grid.Neighbours(at).GroupBy(point => Grid.Steps(from, point)))
            {
                foreach (var neighbour in steps.Where(point => !scores.ContainsKey(point) && scores.Count < trials))
                {
                    Try(neighbour);
                }

                // Of equal scores the settings tried first stay, so that the climb ends.
                var top = steps.Where(scores.ContainsKey).Append(from).MaxBy(point => (scores[point], point == from));
                if (top != from)
                {
                    at = top;
                    break;
                }
            }

            if (at == from)
            {
                return;
            }
        }

        void Try(GridPoint point)
        {
            _left -= cost;
            var trial = Of(_grid[point], cancellationToken);
            scores[point] = trial?.Score ?? -1;
            _best = trial is not null && trial.Score > (_best?.Score ?? -1) ? trial : _best;
            onTried?.Invoke(_grid[point], scores[point], (double)scores.Count / Math.Min(trials, _grid.Count));
        }
    }

    /// <summary>Vectors of half and double the length, with what was best for the length given; the regularisation hardly depends on it.</summary>
    private void TryOtherLengths(Action<SourceSettings, double, double>? onTried, CancellationToken cancellationToken)
    {
        if (!_options.SearchDimensions || _best is not { } given)
        {
            return;
        }

        foreach (var dimensions in new[] { _options.Dimensions / 2, _options.Dimensions * 2 })
        {
            var cost = OperationsPerTrial(dimensions);
            if (dimensions is < TrainingOptions.LeastDimensions or > TrainingOptions.MostDimensions || cost > _left)
            {
                continue;
            }

            _left -= cost;
            var trial = Of(given.Settings with { Dimensions = dimensions }, cancellationToken);
            onTried?.Invoke(given.Settings with { Dimensions = dimensions }, trial?.Score ?? -1, 1);
            if (trial is not null && trial.Score > _best.Score && PairedDifference.Of(trial.Scores, given.Scores).IsBetterBy(StandardErrors))
            {
                _best = trial;
            }
        }
    }

    /// <summary>The decays and the window by which the best vectors answer best; decays that the options fix stay.</summary>
    private void TryOtherFoldIns(Action<SourceSettings, double, double>? onTried, CancellationToken cancellationToken)
    {
        if (_best is not { } fitted)
        {
            return;
        }

        foreach (var decays in _options.Decays is null ? Decays : [])
        {
            if (!decays.SequenceEqual(fitted.Settings.Decays))
            {
                Try(_best.Settings with { Decays = decays });
            }
        }

        Try(_best.Settings with { Window = Math.Max(1, fitted.Settings.Window / 2) });

        void Try(SourceSettings tried)
        {
            var vectors = fitted.Vectors with { Parameters = fitted.Vectors.Parameters with { Decays = [.. tried.Decays], Window = tried.Window } };
            var trial = new Trial(tried, vectors, _score.Of(vectors, cancellationToken));
            onTried?.Invoke(tried, trial.Score, 1);
            _best = PairedDifference.Of(trial.Scores, _best!.Scores).IsBetterBy(FoldInStandardErrors) ? trial : _best;
        }
    }

    /// <summary>Null when the factors cannot be computed.</summary>
    private Trial? Of(SourceSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var vectors = InterestVectors.Fit(_actions.Value, settings, _options, _seed, null, cancellationToken);
            return new(settings, vectors, _score.Of(vectors, cancellationToken));
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    private double OperationsPerTrial(double d)
    {
        var solve = (d * d * d / 3) + (2 * d * d);
        var sides = _set.UserIds.Count + (double)_set.ItemIds.Count;
        var fit = _options.Sweeps * ((2 * _fitted * d * d) + (sides * (solve + (d * d))));
        var encode = _options.DecaysInUse.Count * ((Math.Min(_options.Window, (double)_fitted / Math.Max(1, _set.UserIds.Count)) * d * d) + solve);
        return fit + (_queries.Count * (encode + (2 * d * _set.ItemIds.Count)));
    }

    /// <summary>Settings that were tried, the vectors fitted with them, and NDCG@100 of every question.</summary>
    private sealed record Trial(SourceSettings Settings, InterestVectors Vectors, double[] Scores)
    {
        public double Score { get; } = Scores.Average();
    }
}
