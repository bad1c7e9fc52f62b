using System.Globalization;
using RecActors.Models;
using RecActors.Ranking;

namespace RecActors.Training;

/// <summary>A trained bundle and the judgement on it. Publishing is the caller's business.</summary>
public sealed record TrainingOutcome(ModelBundle Bundle, GateReport Gate);

/// <summary>Held-out metrics of the new model beside those of what serves now, on the same queries.</summary>
/// <param name="Passed">Whether the new model may serve.</param>
/// <param name="Reason">Why it passed or not, for people.</param>
/// <param name="Baseline">What it was compared with: <c>model 7</c>, <c>popularity</c>, or <c>nothing</c>.</param>
/// <param name="Queries">Number of held-out queries measured.</param>
/// <param name="Candidate">The new model's metrics by name, such as <c>ndcg@10</c>.</param>
/// <param name="Reference">The baseline's metrics by name; empty when there was none to measure.</param>
public sealed record GateReport(
    bool Passed,
    string Reason,
    string Baseline,
    int Queries,
    IReadOnlyDictionary<string, double> Candidate,
    IReadOnlyDictionary<string, double> Reference)
{
    /// <summary>What each candidate source is worth on the later queries that stop the ranker; empty without a ranker.</summary>
    public IReadOnlyList<SourceReport> Sources { get; init; } = [];
}

/// <summary>What a candidate source is worth: NDCG@10 over the same later queries.</summary>
/// <param name="Source">The source.</param>
/// <param name="With">With the source and the others that are kept.</param>
/// <param name="Without">Without it.</param>
/// <param name="Kept">Whether the model uses it.</param>
public sealed record SourceReport(CandidateSource Source, double With, double Without, bool Kept)
{
    /// <summary>What the source adds.</summary>
    public double Worth => With - Without;

    /// <summary>Standard error of <see cref="Worth"/>, query by query.</summary>
    public double StandardError { get; init; }

    /// <summary>The report for people: <c>Linear +0.0056 ± 0.0011</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Source} {Worth:+0.0000;-0.0000;0.0000} ± {StandardError:0.0000}{(Kept ? "" : " (left out)")}");
}
