using RecActors.Retrieval;

namespace RecActors.Trending;

/// <summary>
/// What is trending in a window of time that ends now: the users who took to each item in it, against those whom the item's share of all
/// actions in the windows before would have brought: (users − expected) / √(expected + 1), the distance in standard deviations of
/// a Poisson count, so that one more user says more of a quiet item than of one that everybody knows anyway. Counted by the actions'
/// own times, hence the same whatever the order of arrival, as long as no bucket is full. Safe for concurrent use.
/// </summary>
internal sealed class TrendingWindow(TimeSpan length, TrendingOptions options, IComparer<int> ties)
{
    /// <summary>Actions may be dated so far ahead of this silo's clock: what gateways let in by default.</summary>
    private const long AheadMs = 24 * 3600 * 1000;

    /// <summary>A list serves questions for so long, whatever is counted meanwhile.</summary>
    private const long FreshMs = 1000;

    /// <summary>So many actions say as much of how busy the window is, against its base, as knowing nothing does.</summary>
    private const double PriorActions = 100;

    private readonly Lock _sync = new();
    private readonly SortedDictionary<long, TrendingBucket> _buckets = [];
    private (long Number, TrendingBucket? Bucket) _last;
    private long _version;
    private long _baseVersion;
    private (long Newest, long BaseVersion, Dictionary<int, int> Users, long Total) _base = (long.MinValue, -1, [], 0);
    private (long Newest, long Version, long AtMs, ScoredRow[] Items) _ranked = (long.MinValue, -1, 0, []);

    /// <summary>The length of a bucket in milliseconds.</summary>
    public long BucketMs { get; } = Math.Max(1, (long)length.TotalMilliseconds / options.BucketsPerWindow);

    private int RecentBuckets => options.BucketsPerWindow;

    private int KeptBuckets => options.BucketsPerWindow * (1 + options.BaseWindows);

    public void Add(int row, long timestampMs, long nowMs)
    {
        var bucket = BucketOf(timestampMs);
        if (bucket > BucketOf(nowMs + AheadMs) || bucket <= BucketOf(nowMs) - KeptBuckets)
        {
            return;
        }

        lock (_sync)
        {
            AddLocked(bucket, row, 1, nowMs);
        }
    }

    /// <summary>Lets go of what is too old to count.</summary>
    public void MoveTo(long nowMs)
    {
        var oldest = BucketOf(nowMs) - KeptBuckets;
        lock (_sync)
        {
            while (_buckets.Count > 0 && _buckets.First().Key is var first && first <= oldest)
            {
                _buckets.Remove(first);
                _last = default;
            }
        }
    }

    /// <summary>What is trending now, best first.</summary>
    public IReadOnlyList<ScoredRow> Ranked(long nowMs)
    {
        var newest = BucketOf(nowMs);
        lock (_sync)
        {
            if (_ranked.Newest != newest || (_ranked.Version != _version && Math.Abs(nowMs - _ranked.AtMs) >= FreshMs))
            {
                _ranked = (newest, _version, nowMs, Rank(newest));
            }

            return _ranked.Items;
        }
    }

    public void Clear()
    {
        lock (_sync)
        {
            _buckets.Clear();
            _last = default;
            Changed(isOld: true);
        }
    }

    public TrendingWindowState Export(Func<int, int> placeOf)
    {
        long[] numbers;
        lock (_sync)
        {
            numbers = [.. _buckets.Keys];
        }

        // Those who act wait for one bucket at most.
        var buckets = new List<(long Number, long Total, KeyValuePair<int, int>[] Users)>(numbers.Length);
        foreach (var number in numbers)
        {
            lock (_sync)
            {
                if (_buckets.TryGetValue(number, out var bucket))
                {
                    buckets.Add((number, bucket.Total, bucket.Users.ToArray()));
                }
            }
        }

        return new TrendingWindowState(
            (long)length.TotalMilliseconds,
            BucketMs,
            [.. buckets.Select(bucket => new TrendingBucketState(bucket.Number, bucket.Total, [.. bucket.Users.Select(item => (placeOf(item.Key), item.Value)).Order()]))]);
    }

    /// <summary>Adds a state of the same window; one of another length or cut says nothing about this one.</summary>
    public void Import(TrendingWindowState state, int[] rows, long nowMs)
    {
        if (state.LengthMs != (long)length.TotalMilliseconds || state.BucketMs != BucketMs)
        {
            return;
        }

        lock (_sync)
        {
            foreach (var bucket in state.Buckets)
            {
                foreach (var (place, users) in bucket.Users)
                {
                    AddLocked(bucket.Number, rows[place], users, nowMs);
                }

                if (_buckets.TryGetValue(bucket.Number, out var counted))
                {
                    counted.AddOthers(bucket.Total - bucket.Users.Sum(item => (long)item.Users));
                }
            }
        }
    }

    private void AddLocked(long number, int row, int users, long nowMs)
    {
        // Nearly every action is of the bucket of the one before it.
        if (_last is not (var last, { } bucket) || last != number)
        {
            if (!_buckets.TryGetValue(number, out bucket))
            {
                _buckets.Add(number, bucket = new TrendingBucket(options.MaxItemsPerBucket));
            }

            _last = (number, bucket);
        }

        bucket.Add(row, users);
        Changed(isOld: number <= BucketOf(nowMs) - RecentBuckets);
    }

    private void Changed(bool isOld)
    {
        _version++;
        _baseVersion += isOld ? 1 : 0;
    }

    private ScoredRow[] Rank(long newest)
    {
        // The base moves when a bucket ends, and is summed then; the last buckets are summed for each list.
        if (_base.Newest != newest || _base.BaseVersion != _baseVersion)
        {
            var (users, total) = Sum(newest - KeptBuckets, newest - RecentBuckets);
            _base = (newest, _baseVersion, users, total);
        }

        var (recent, recentTotal) = Sum(newest - RecentBuckets, newest);
        var busyness = (recentTotal + (PriorActions / options.BaseWindows)) / (_base.Total + PriorActions);
        var items = new List<ScoredRow>();
        foreach (var (row, users) in recent)
        {
            var expected = _base.Users.GetValueOrDefault(row) * busyness;
            if (users >= options.MinimumUsers && users > expected)
            {
                items.Add(new ScoredRow(row, (float)((users - expected) / Math.Sqrt(expected + 1))));
            }
        }

        items.Sort((left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : ties.Compare(left.Row, right.Row));
        return [.. items];
    }

    private (Dictionary<int, int> Users, long Total) Sum(long after, long through)
    {
        var (users, total) = (new Dictionary<int, int>(), 0L);
        foreach (var (number, bucket) in _buckets)
        {
            if (number > after && number <= through)
            {
                bucket.AddTo(users);
                total += bucket.Total;
            }
        }

        return (users, total);
    }

    private long BucketOf(long timestampMs) => (long)Math.Floor((double)timestampMs / BucketMs);
}
