namespace RecActors.Refit;

/// <summary>Takes at most so many of the queries that come by, spread evenly, without knowing the queries beforehand.</summary>
/// <param name="events">How many events there are, each of which may be a query.</param>
/// <param name="most">Most queries to take.</param>
internal sealed class QuerySampling(int events, int most)
{
    private long _seen;

    /// <summary>Whether to take the next event, if it is a query.</summary>
    public bool Next()
    {
        var taken = events <= most || ((_seen + 1) * most / events) > (_seen * most / events);
        _seen++;
        return taken;
    }
}
