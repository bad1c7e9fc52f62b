namespace RecActors.Evaluation;

/// <summary>What a run measured, and on what.</summary>
/// <param name="DataSet">The data set's name.</param>
/// <param name="Protocol">The protocol, for people; sampled metrics say so here.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Trained">Events trained on.</param>
/// <param name="Users">Users of the data set.</param>
/// <param name="Items">Items of the data set.</param>
/// <param name="Models">The models, in the order of the command.</param>
public sealed record EvaluationResult(
    string DataSet, string Protocol, int Seed, int Trained, int Users, int Items, IReadOnlyList<ModelResult> Models)
{
    /// <summary>The metrics to show: without Recall where every question has one relevant item, since it is HR then.</summary>
    public IReadOnlyList<string> MetricNames =>
        [.. Models[0].Metrics.Names.Where(name => HasManyRelevant || !name.StartsWith("Recall", StringComparison.Ordinal))];

    private bool HasManyRelevant => Models[0].Contexts.Any(context => context.Relevant > 1);
}

/// <summary>One model's replay.</summary>
/// <param name="Name">The model.</param>
/// <param name="Settings">What validation chose.</param>
/// <param name="Lag">How many of each user's events were held back.</param>
/// <param name="Metrics">Every question's metrics.</param>
/// <param name="Contexts">Every question's circumstances.</param>
/// <param name="Coverage">Share of the catalog that is in some first ten.</param>
/// <param name="Diversity">Mean intra-list diversity of the first ten.</param>
/// <param name="FitSeconds">How long the fit took, with the choice of settings.</param>
/// <param name="ReplaySeconds">How long the replay took.</param>
public sealed record ModelResult(
    string Name,
    string Settings,
    int Lag,
    MetricTable Metrics,
    IReadOnlyList<QuestionContext> Contexts,
    double Coverage,
    double Diversity,
    double FitSeconds,
    double ReplaySeconds)
{
    /// <summary>The λ of maximal marginal relevance that was asked for; null for the model's own.</summary>
    public float? Lambda { get; init; }

    /// <summary>The model with its lag and λ, for people.</summary>
    public string Title => (Lag == 0 ? Name : $"{Name}, {Lag} late") + (Lambda is { } lambda ? FormattableString.Invariant($", λ {lambda:0.##}") : "");
}

/// <summary>Under which circumstances a question was asked.</summary>
/// <param name="User">Who asked.</param>
/// <param name="HistoryLength">How many items the user had seen.</param>
/// <param name="Relevant">How many items would have been hits.</param>
public readonly record struct QuestionContext(int User, int HistoryLength, int Relevant);
