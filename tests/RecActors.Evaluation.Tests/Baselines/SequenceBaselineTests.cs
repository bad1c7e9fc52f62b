using Microsoft.Extensions.Logging.Abstractions;
using RecActors.Evaluation;
using RecActors.Formats;
using RecActors.Protocols;
using RecActors.Sequences;

namespace RecActors.Baselines;

/// <summary>The sequence model's lists against its definition, in double precision over the raw events: no state, no index.</summary>
public sealed class SequenceBaselineTests
{
    private const double Tolerance = 1e-5;

    private static readonly EvaluationData Data = SampleEvents.Read(SampleEvents.Lines(users: 30, items: 40, events: 1_000, seed: 8));
    private static readonly EvaluationPlan Plan = EvaluationPlan.Of(Data, Protocol.Prequential, new ProtocolOptions());

    [Fact]
    public void LinRec_EveryQuestion_IsTheCosineWithTheMixedRecurrences()
    {
        var options = SampleEvents.QuickTraining();
        var training = EventSubset.Of(Data.Set, [.. Plan.Train]);
        var model = LinRec.Fit(training, options, null, NullLogger.Instance, TestContext.Current.CancellationToken)!;
        using var fitted = new SequenceBaseline().Fit(new(Plan, SampleEvents.QuickTraining, options.Seed), null, TestContext.Current.CancellationToken);

        var answers = SampleEvents.Answers(fitted, Plan);

        Assert.NotEmpty(answers);
        Assert.All(answers, answer =>
        {
            var history = Enumerable.Range(0, Plan.Train.Count + answer.Query)
                .Where(index => Data.Set.Events.User[index] == answer.User)
                .Select(index => Data.Set.ItemIds[Data.Set.Events.Item[index]])
                .Reverse().Distinct().ToArray();
            var user = UserOf(model, history);
            var scores = model.ItemIds.Except(history).ToDictionary(id => id, id => Cosine(user, VectorOf(model.Outputs, model, id)));
            var expected = scores.Values.OrderDescending().Take(ReplayOptions.ListLength).ToArray();

            Assert.Equal(expected.Length, answer.Items.Length);
            Assert.All(answer.Items.Select((item, rank) => (scores[Data.Set.ItemIds[item]], expected[rank])), pair => Assert.Equal(pair.Item2, pair.Item1, Tolerance));
        });
    }

    /// <summary>u = Σ_g a_g ⊙ (Σ_age gᵃᵍᵉ x_age / Σ_age gᵃᵍᵉ), with 0⁰ = 1.</summary>
    private static double[] UserOf(SequenceModel model, IEnumerable<string> newestFirst)
    {
        // Every action of the data is a like of weight 1.
        var kind = ActionKind.Of(Feedback.Polarity.Positive, 1);
        var inputs = newestFirst.Where(model.ItemIds.Contains)
            .Select(id => VectorOf(model.Inputs, model, id).Select((value, place) => (model.KindGains[kind] * value) + model.KindVectors[(kind * model.Dimensions) + place]).ToArray())
            .ToArray();
        return
        [
            .. Enumerable.Range(0, model.Dimensions).Select(place => model.Decays.Select((decay, timescale) =>
                model.Mixing[(timescale * model.Dimensions) + place]
                * inputs.Select((input, age) => Math.Pow(decay, age) * input[place]).Sum()
                / inputs.Select((_, age) => Math.Pow(decay, age)).Sum()).Sum()),
        ];
    }

    private static double[] VectorOf(float[] vectors, SequenceModel model, string id) =>
        [.. vectors.Skip(Enumerable.Range(0, model.ItemIds.Count).Single(place => model.ItemIds[place] == id) * model.Dimensions).Take(model.Dimensions).Select(value => (double)value)];

    private static double Cosine(double[] left, double[] right) =>
        left.Zip(right, (a, b) => a * b).Sum() / Math.Sqrt(left.Sum(a => a * a) * right.Sum(b => b * b));
}
