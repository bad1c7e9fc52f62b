namespace RecActors.Sharding;

/// <summary>Which shards should move where, the same for everybody who sees the same.</summary>
internal static class ShardBalance
{
    /// <summary>
    /// The fewest moves after which no silo has two shards more than another, and none of those that go away has any. Shards that do
    /// not answer stay out of it.
    /// </summary>
    /// <param name="places">Where the shards are.</param>
    /// <param name="silos">The silos that may hold shards.</param>
    public static IReadOnlyList<(int Shard, SiloAddress Target)> Moves(IReadOnlyList<ShardPlace?> places, IEnumerable<SiloAddress> silos)
    {
        var leaving = places.Where(place => place is { IsStopping: true }).Select(place => place!.Value.Silo).ToHashSet();
        var held = silos.Where(silo => !leaving.Contains(silo)).Order().Distinct().ToDictionary(silo => silo, _ => new Stack<int>());
        var homeless = new Queue<int>();
        for (var shard = 0; shard < places.Count; shard++)
        {
            if (places[shard] is not { } place)
            {
                continue;
            }

            if (held.TryGetValue(place.Silo, out var shards))
            {
                shards.Push(shard);
            }
            else
            {
                homeless.Enqueue(shard);
            }
        }

        var moves = new List<(int, SiloAddress)>();
        while (held.Count > 0)
        {
            var least = held.MinBy(silo => silo.Value.Count);
            var most = held.MaxBy(silo => silo.Value.Count);
            if (!homeless.TryDequeue(out var shard))
            {
                if (most.Value.Count - least.Value.Count < 2)
                {
                    break;
                }

                shard = most.Value.Pop();
            }

            least.Value.Push(shard);
            moves.Add((shard, least.Key));
        }

        return moves;
    }
}
