namespace RecActors.Refit;

/// <summary>Takes at most so many of the queries that come by, spread evenly, without knowing the queries beforehand.</summary>
/// <param name="questions">How many questions there are, each of which may be a query.</param>
/// <param name="most">Most queries to take.</param>
internal sealed class QuerySampling(int questions, int most)
{
    private long _seen;

    /// <summary>Whether to take the next question, if it is a query.</summary>
    public bool Next()
    {
        var taken = questions <= most || ((_seen + 1) * most / questions) > (_seen * most / questions);
        _seen++;
        return taken;
    }
}
