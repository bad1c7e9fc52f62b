using RecActors.Models;

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
    IReadOnlyDictionary<string, double> Reference);
