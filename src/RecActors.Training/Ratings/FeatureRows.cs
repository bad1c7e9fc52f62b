namespace RecActors.Ratings;

/// <summary>The features of ratings, row by row.</summary>
/// <param name="Rows">The ratings.</param>
/// <param name="Values">Rows × features.</param>
/// <param name="Scores">What biases, and biases with factors, predict of the same rows.</param>
internal sealed record FeatureRows(int[] Rows, float[] Values, BaselineScores Scores)
{
    /// <summary>Features of rows that the model has not learned from.</summary>
    public static FeatureRows Of(RatingData data, RatingFeatures features, RatingModel model, int[] rows)
    {
        var result = Empty(features, rows);
        for (var place = 0; place < rows.Length; place++)
        {
            result.Write(data, features, model, place);
        }

        return result;
    }

    /// <summary>
    /// Features of training rows out of inner folds: those of a row come from a model that has learned from the rows of the other inner folds
    /// alone, and so do not depend on the row's own rating.
    /// </summary>
    public static FeatureRows OutOfFold(
        RatingData data,
        ItemContents contents,
        RatingFeatures features,
        int[] rows,
        RatingSettings settings,
        RatingCrossValidationOptions options,
        Action<int>? onFold,
        CancellationToken cancellationToken)
    {
        var folds = Math.Min(options.InnerFolds, rows.Length);
        var assigned = Folds.Assign(rows.Length, folds, options.Seed);
        var result = Empty(features, rows);
        for (var fold = 0; fold < folds; fold++)
        {
            var model = RatingModel.Fit(data, contents, Folds.Split(rows, assigned, fold).Outside, settings, options, cancellationToken);
            for (var place = 0; place < rows.Length; place++)
            {
                if (assigned[place] == fold)
                {
                    result.Write(data, features, model, place);
                }
            }

            onFold?.Invoke(fold);
        }

        return result;
    }

    /// <summary>Those of the rows whose place is wanted.</summary>
    public FeatureRows Where(Func<int, bool> wanted)
    {
        var places = Enumerable.Range(0, Rows.Length).Where(wanted).ToArray();
        var width = Values.Length / Rows.Length;
        var values = new float[places.Length * width];
        for (var i = 0; i < places.Length; i++)
        {
            Values.AsSpan(places[i] * width, width).CopyTo(values.AsSpan(i * width));
        }

        return new(Select(Rows), values, new(Select(Scores.Mean), Select(Scores.Bias), Select(Scores.BiasAndFactors)));

        T[] Select<T>(T[] column) => Array.ConvertAll(places, place => column[place]);
    }

    private static FeatureRows Empty(RatingFeatures features, int[] rows) =>
        new(rows, new float[rows.Length * features.Count], new(new float[rows.Length], new float[rows.Length], new float[rows.Length]));

    private void Write(RatingData data, RatingFeatures features, RatingModel model, int place)
    {
        var (user, item) = (data.Users[Rows[place]], data.Items[Rows[place]]);
        features.Write(model, user, item, Values.AsSpan(place * features.Count, features.Count));
        Scores.Mean[place] = (float)model.Biases.Mean;
        Scores.Bias[place] = model.Biases.Predict(user, item);
        Scores.BiasAndFactors[place] = model.Predict(user, item);
    }
}

/// <summary>Predicted ratings of the baselines.</summary>
internal sealed record BaselineScores(float[] Mean, float[] Bias, float[] BiasAndFactors);
