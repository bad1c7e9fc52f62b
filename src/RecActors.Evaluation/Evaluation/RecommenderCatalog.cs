using RecActors.Baselines;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Served;
using RecActors.Training;

namespace RecActors.Evaluation;

/// <summary>The models that can be evaluated, by name. Every name may end in <c>-frozen</c>: told nothing after the fit.</summary>
/// <param name="trainer">The product's refit.</param>
/// <param name="ranking">How the product ranks.</param>
/// <param name="statistics">What the product counts live.</param>
public sealed class RecommenderCatalog(IModelTrainer trainer, RankingOptions ranking, ItemStatisticsOptions statistics)
{
    /// <summary>The names, in the order of a table.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["recactors", "recactors-linear", "recactors-blend", "ials", "ease", "itemknn", "transitions", "linrec", "recent-popular", "popular"];

    /// <summary>The model of a name.</summary>
    /// <exception cref="InvalidDataException">There is none; the message lists those that there are.</exception>
    public IRecommender Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(FrozenRecommender.Suffix, StringComparison.Ordinal)
            ? new FrozenRecommender(Live(name[..^FrozenRecommender.Suffix.Length]))
            : Live(name);
    }

    private IRecommender Live(string name) => name switch
    {
        "recactors" => new RecActorsRecommender(name, null, trainer, ranking, statistics),
        "recactors-linear" => new RecActorsRecommender(name, RankerKind.Linear, trainer, ranking, statistics),
        "recactors-blend" => new RecActorsRecommender(name, RankerKind.None, trainer, ranking, statistics),
        "ials" => Filled(new TunedRecommender<ImplicitAlsSettings>(name, ImplicitAlsSettings.Grid, ImplicitAlsBaseline.Fit)),
        "ease" => Filled(new TunedRecommender<Ease.Regularization>(name, Ease.Grid, Ease.Fit)),
        "itemknn" => Filled(new TunedRecommender<NeighbourSettings>(name, NeighbourSettings.Grid, ItemNeighbours.Fit)),
        "transitions" => Filled(Counted(name, TransitionSettings.Grid, (set, settings) => new Transitions(set, settings))),
        "linrec" => Filled(new SequenceBaseline()),
        "popular" => Counted(name, [""], (set, _) => new Popularity(set)),
        "recent-popular" => Counted(name, [""], (set, _) => new RecentPopularity(set)),
        _ => throw new InvalidDataException(
            $"There is no model '{name}'. There are {string.Join(", ", Names)}, each also with {FrozenRecommender.Suffix} at its end."),
    };

    private static PopularityFilledRecommender Filled(IRecommender model) => new(model);

    private static TunedRecommender<TSettings> Counted<TSettings>(
        string name, IReadOnlyList<TSettings> grid, Func<TrainingSet, TSettings, IRecommenderReplay> replayOf)
        where TSettings : notnull =>
        new(name, grid, (settings, request, _) => new CountedRecommender(request.Plan, settings.ToString() ?? "", set => replayOf(set, settings)));
}
