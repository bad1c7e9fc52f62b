namespace RecActors.Calls;

/// <summary>
/// How many hung calls may be tried again: a reserve, and then a share of the requests. When everything is slow and nothing is dead,
/// retries would otherwise multiply the load that made it slow. Thread-safe.
/// </summary>
internal sealed class RetryBudget(double share, int reserve)
{
    // In thousandths, so that shares of a request add up in an integer.
    private const int Whole = 1000;

    private readonly long _earned = (long)(share * Whole);
    private readonly long _most = (long)reserve * Whole;
    private long _left = (long)reserve * Whole;

    /// <summary>A request has come, or several.</summary>
    public void Earn(int requests = 1)
    {
        var left = Interlocked.Read(ref _left);
        if (left < _most)
        {
            Interlocked.Add(ref _left, Math.Min(_earned * requests, _most - left));
        }
    }

    /// <summary>Takes one retry, when there is one left.</summary>
    public bool TryTake()
    {
        if (Interlocked.Add(ref _left, -Whole) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, Whole);
        return false;
    }
}
