using CsCheck;

namespace RecActors.Ranking;

public sealed class RankerTests
{
    private static readonly Gen<float> Weight = Gen.Float[-1, 1];

    /// <summary>Any subset of the features in any order, any widths, also those that do not fill a vector.</summary>
    private static readonly Gen<RankerModel> Models =
        from inputs in Gen.Shuffle(FeatureSchema.Names.ToArray(), 1, FeatureSchema.Count)
        from hidden in Gen.Int[1, 70].Array[0, 3]
        from means in Weight.Array[inputs.Length]
        from deviations in Gen.Float[0.5f, 2f].Array[inputs.Length]
        from layers in Layers([inputs.Length, .. hidden, 1])
        select new RankerModel
        {
            Kind = hidden.Length == 0 ? RankerKind.Linear : RankerKind.Mlp,
            SchemaVersion = FeatureSchema.Version,
            Features = inputs,
            Means = means,
            Deviations = deviations,
            Layers = layers,
        };

    [Fact]
    public void Score_AnyModelAndBatch_EqualsANaiveComputationInDoubles() =>
        Gen.Select(Models, Gen.Int[0, 9]).SelectMany((model, rows) => Weight.Array[rows * FeatureSchema.Count].Select(x => (model, rows, x)))
            .Sample(
                t =>
                {
                    var scores = new float[t.rows];
                    new Ranker(t.model).Score(t.x, t.rows, scores);
                    for (var row = 0; row < t.rows; row++)
                    {
                        var expected = NaiveScore(t.model, t.x.AsSpan(row * FeatureSchema.Count, FeatureSchema.Count));
                        Assert.Equal(expected.Value, scores[row], 1e-5 * Math.Max(1, expected.Magnitude));
                    }
                },
                iter: 100);

    [Fact]
    public void Score_OfAFeatureTable_IsThatOfItsRowsToTheLastBit() =>
        Gen.Select(Models, Gen.Int[0, 9]).SelectMany((model, rows) => Weight.Array[rows * FeatureSchema.Count].Select(x => (model, rows, x)))
            .Sample(
                t =>
                {
                    var table = new FeatureTable();
                    table.Reset(t.rows);
                    for (var feature = 0; feature < FeatureSchema.Count; feature++)
                    {
                        for (var row = 0; row < t.rows; row++)
                        {
                            table[(RankingFeature)feature][row] = t.x[(row * FeatureSchema.Count) + feature];
                        }
                    }

                    var (byRows, byTable) = (new float[t.rows], new float[t.rows]);
                    var ranker = new Ranker(t.model);
                    ranker.Score(t.x, t.rows, byRows);
                    ranker.Score(table, byTable);
                    Assert.Equal(byRows, byTable);
                },
                iter: 100);

    [Fact]
    public void Attribute_AnyModel_SharesSumToTheScoreMinusTheBaseline() =>
        Gen.Select(Models, Weight.Array[FeatureSchema.Count]).Sample(
            t =>
            {
                var (model, features) = t;
                var (shares, scores) = (new float[model.Features.Count], new float[1]);
                var ranker = new Ranker(model);
                ranker.Score(features, 1, scores);

                var baseline = ranker.Attribute(features, shares);

                var difference = scores[0] - baseline;
                var magnitude = shares.Sum(Math.Abs);
                Assert.Equal(difference, shares.Sum(), Math.Max(0.01 * Math.Abs(difference), 1e-3 * Math.Max(1, magnitude)));
            },
            iter: 200);

    [Fact]
    public void Attribute_LinearModel_IsWeightTimesStandardizedValue()
    {
        var model = Linear([nameof(RankingFeature.Popularity), nameof(RankingFeature.FoldInSlow)], [2f, -1f], means: [1f, 0f], deviations: [2f, 1f]);
        var features = new float[FeatureSchema.Count];
        features[(int)RankingFeature.Popularity] = 5f;
        features[(int)RankingFeature.FoldInSlow] = 3f;
        var moves = new float[2];

        new Ranker(model).Attribute(features, moves);

        // 2 · (5 − 1) / 2 and −1 · 3.
        Assert.Equal([4f, -3f], moves);
    }

    [Fact]
    public void Constructor_UnknownFeature_RefusesAndNamesIt()
    {
        var model = Linear(["Smell"], [1f], [0f], [1f]);
        var refusal = Assert.Throws<InvalidDataException>(() => new Ranker(model));
        Assert.Contains("'Smell'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OtherSchemaVersion_Refuses() =>
        Assert.Throws<InvalidDataException>(() => new Ranker(
            Linear([nameof(RankingFeature.Popularity)], [1f], [0f], [1f]) with { SchemaVersion = FeatureSchema.Version + 1 }));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(0f)]
    public void Constructor_UnusableDeviation_Refuses(float deviation) =>
        Assert.Throws<InvalidDataException>(() => new Ranker(Linear([nameof(RankingFeature.Popularity)], [1f], [0f], [deviation])));

    [Fact]
    public void Constructor_LayersThatDoNotFit_Refuses()
    {
        var model = Linear([nameof(RankingFeature.Popularity)], [1f], [0f], [1f]);
        Assert.Throws<InvalidDataException>(() => new Ranker(model with { Layers = [new DenseLayer(2, 1, [1f, 1f], [0f])] }));
        Assert.Throws<InvalidDataException>(() => new Ranker(model with { Layers = [new DenseLayer(1, 2, [1f, 1f], [0f, 0f])] }));
        Assert.Throws<InvalidDataException>(() => new Ranker(model with { Kind = RankerKind.Mlp }));
    }

    private static RankerModel Linear(string[] features, float[] weights, float[] means, float[] deviations) => new()
    {
        Kind = RankerKind.Linear,
        SchemaVersion = FeatureSchema.Version,
        Features = features,
        Means = means,
        Deviations = deviations,
        Layers = [new DenseLayer(features.Length, 1, weights, [0f])],
    };

    private static Gen<DenseLayer[]> Layers(int[] widths)
    {
        var layers = Gen.Const(Array.Empty<DenseLayer>());
        for (var i = 1; i < widths.Length; i++)
        {
            var (inputs, outputs) = (widths[i - 1], widths[i]);

            // Scaled as a trained layer is: values stay of one size however wide it is.
            var scale = 1f / MathF.Sqrt(inputs);
            layers = Gen.Select(layers, Weight.Array[inputs * outputs], Weight.Array[outputs])
                .Select((before, weights, bias) => (DenseLayer[])[.. before, new DenseLayer(inputs, outputs, [.. weights.Select(w => w * scale)], bias)]);
        }

        return layers;
    }

    private static (double Value, double Magnitude) NaiveScore(RankerModel model, ReadOnlySpan<float> features)
    {
        var x = new double[model.Features.Count];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = ((double)features[FeatureSchema.IndexOf(model.Features[i])] - model.Means[i]) / model.Deviations[i];
        }

        var magnitude = 1.0;
        for (var l = 0; l < model.Layers.Count; l++)
        {
            var layer = model.Layers[l];
            var y = new double[layer.Outputs];
            for (var o = 0; o < y.Length; o++)
            {
                y[o] = layer.Bias[o] + Enumerable.Range(0, layer.Inputs).Sum(i => x[i] * layer.Weights[(o * layer.Inputs) + i]);
                if (l < model.Layers.Count - 1)
                {
                    y[o] = Math.Max(0, y[o]);
                }

                magnitude = Math.Max(magnitude, Math.Abs(y[o]));
            }

            x = y;
        }

        return (x[0], magnitude);
    }
}
