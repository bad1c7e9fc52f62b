using MathNet.Numerics.LinearAlgebra;
using RecActors.Evaluation;
using RecActors.Formats;
using RecActors.Protocols;
using RecActors.Refit;

namespace RecActors.Baselines;

/// <summary>The models with matrices, against the formulas of their papers in dense double precision.</summary>
public sealed class MatrixBaselinesTests
{
    private const double Tolerance = 2e-3;

    private static readonly EvaluationData Data = SampleEvents.Read(SampleEvents.Lines(users: 30, items: 40, events: 700, seed: 8));
    private static readonly EvaluationPlan Plan = EvaluationPlan.Of(Data, Protocol.Prequential, new ProtocolOptions());
    private static readonly FitRequest Request = new(Plan, SampleEvents.QuickTraining, 1);

    [Fact]
    public void Ease_EveryQuestion_IsTheClosedForm()
    {
        const float lambda = 10;
        using var fitted = Ease.Fit(new(lambda), Request, TestContext.Current.CancellationToken);
        var x = Interactions(Plan.Train.Count);
        var p = (x.TransposeThisAndMultiply(x) + Matrix<double>.Build.DenseIdentity(x.ColumnCount, x.ColumnCount).Multiply(lambda)).Inverse();
        var b = Matrix<double>.Build.Dense(x.ColumnCount, x.ColumnCount, (i, j) => i == j ? 0 : -p[i, j] / p[j, j]);

        AssertScores(fitted, (events, user) => Interactions(events).Row(user) * b, onlyPositive: true);
    }

    [Fact]
    public void ImplicitAls_EveryQuestion_IsTheRidgeSolutionOfAllThatTheUserLiked()
    {
        var settings = new ImplicitAlsSettings(.1f, .01f, .9f);
        using var fitted = ImplicitAlsBaseline.Fit(settings, Request, TestContext.Current.CancellationToken);
        var options = SampleEvents.QuickTraining();
        var set = EventSubset.Of(Data.Set, [.. Plan.Train], unitWeights: true);
        var timeline = EventTimeline.Of(set, options, 1);
        var vectors = InterestVectors.Fit(set, timeline, timeline.Count, new(options.Dimensions, .1f, .01f, .9f, [1, .8f], options.Window), options, 1, null, TestContext.Current.CancellationToken);
        var v = Matrix<double>.Build.Dense(Data.Set.ItemIds.Count, options.Dimensions);
        for (var place = 0; place < vectors.Items.Length; place++)
        {
            v.SetRow(vectors.Items[place], vectors.Vectors.AsSpan(place * options.Dimensions, options.Dimensions).ToArray().Select(value => (double)value).ToArray());
        }

        AssertScores(
            fitted,
            (events, user) =>
            {
                var liked = Interactions(events).Row(user);
                var ridge = settings.Regularization * Math.Pow(liked.Sum() + (settings.Alpha0 * vectors.Items.Length), settings.Nu);
                var own = v.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalVector(liked)).Multiply(v);
                var left = own + v.TransposeThisAndMultiply(v).Multiply(settings.Alpha0) + Matrix<double>.Build.DenseIdentity(options.Dimensions).Multiply(ridge);
                return v * left.Solve(v.TransposeThisAndMultiply(liked));
            },
            onlyPositive: false);
    }

    private static void AssertScores(IFittedRecommender fitted, Func<int, int, Vector<double>> scoresOf, bool onlyPositive)
    {
        var answers = SampleEvents.Answers(fitted, Plan);
        Assert.NotEmpty(answers);
        foreach (var answer in answers)
        {
            var before = Plan.Train.Count + answer.Query;
            var scores = scoresOf(before, answer.User);
            var seen = Interactions(before).Row(answer.User);
            var trained = Interactions(Plan.Train.Count);
            var expected = Enumerable.Range(0, scores.Count)
                .Where(item => seen[item] == 0 && trained.Column(item).Sum() > 0 && (!onlyPositive || scores[item] > 0))
                .Select(item => scores[item])
                .OrderDescending()
                .Take(ReplayOptions.ListLength)
                .ToArray();

            Assert.Equal(expected.Length, answer.Items.Length);
            Assert.All(answer.Items.Select((item, rank) => (scores[item], expected[rank])), pair => Assert.Equal(pair.Item2, pair.Item1, Tolerance));
        }
    }

    /// <summary>Users × items of the first events: 1 where the user acted on the item.</summary>
    private static Matrix<double> Interactions(int events)
    {
        var x = Matrix<double>.Build.Dense(Data.Set.UserIds.Count, Data.Set.ItemIds.Count);
        for (var index = 0; index < events; index++)
        {
            x[Data.Set.Events.User[index], Data.Set.Events.Item[index]] = 1;
        }

        return x;
    }
}
