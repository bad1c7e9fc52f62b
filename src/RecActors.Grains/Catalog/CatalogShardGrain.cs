using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Ranking;

namespace RecActors.Catalog;

/// <summary>
/// One worker per shard and silo. Queries that wait together are answered by one pass over the shard, which reads every vector
/// once for all of them.
/// </summary>
[GrainType("catalog-shard")]
[StatelessWorker(1)]
[Reentrant]
internal sealed class CatalogShardGrain(RecommendationEngine engine, IOptions<CatalogOptions> options) : Grain, ICatalogShardGrain
{
    private readonly Queue<WaitingSearch> _waiting = new();
    private bool _scanning;

    public Task<SiloLocal<VectorHits>> SearchAsync(SiloLocal<ShardQuery> query, CancellationToken cancellationToken)
    {
        if (_waiting.Count >= options.Value.MaxWaitingQueries)
        {
            throw new OverloadedException($"{_waiting.Count} searches are waiting.");
        }

        var search = new WaitingSearch(query.Value);
        _waiting.Enqueue(search);
        if (!_scanning)
        {
            _ = ScanWaitingAsync();
        }

        return search.Hits.Task;
    }

    private async Task ScanWaitingAsync()
    {
        _scanning = true;
        while (_waiting.Count > 0)
        {
            // Queries that have arrived already take their turns before this continues.
            await Task.Yield();
            Scan(TakePass());
        }

        _scanning = false;
    }

    /// <summary>The queries of the next pass: of one model and one shard, as far as they wait together.</summary>
    private List<WaitingSearch> TakePass()
    {
        var pass = new List<WaitingSearch> { _waiting.Dequeue() };
        var (model, shard) = (pass[0].Query.Model, pass[0].Query.Shard);
        while (pass.Count < options.Value.MaxQueriesPerPass
            && _waiting.TryPeek(out var next) && next.Query.Model == model && next.Query.Shard == shard)
        {
            pass.Add(_waiting.Dequeue());
        }

        return pass;
    }

    private void Scan(List<WaitingSearch> pass)
    {
        RankingTelemetry.Scanned(pass.Count);
        try
        {
            var first = pass[0].Query;
            if (pass.Count == 1)
            {
                pass[0].Hits.SetResult(new(engine.SearchVectors(first.Model, first.User, first.Shard, first.Request)));
                return;
            }

            var answers = engine.SearchVectors(first.Model, [.. pass.Select(search => (search.Query.User, search.Query.Request))], first.Shard);
            for (var i = 0; i < pass.Count; i++)
            {
                pass[i].Hits.SetResult(new(answers[i]));
            }
        }
        catch (Exception failure)
        {
            foreach (var search in pass)
            {
                search.Hits.TrySetException(failure);
            }
        }
    }

    private sealed record WaitingSearch(ShardQuery Query)
    {
        public TaskCompletionSource<SiloLocal<VectorHits>> Hits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
