using CsCheck;

namespace RecActors.Retrieval;

/// <summary>Lists that are left out because they cannot matter any more change nothing about the others, however the least bound rises during a search.</summary>
public sealed class ListOrderTests
{
    private const int Dimensions = 12;
    private const float Reach = 1.5f;

    private static readonly Gen<Case> AnyCase = Gen.Select(
        Gen.Int[8, 40], Gen.Int[1, 15], Gen.Enum<Similarity>(), Gen.Int, (sixteens, more, similarity, seed) => new Case((16 * sixteens) + more, similarity, seed));

    [Fact]
    public void TryNext_NoLeast_AllListsByTheirBounds() =>
        AnyCase.Sample(
            test =>
            {
                var world = new World(test);
                var all = Take(world.Order(), _ => float.NegativeInfinity);
                Assert.Equal(Enumerable.Range(0, test.Lists), all.Select(list => list.List).Order());
                Assert.Equal(all.OrderByDescending(list => list.Bound).ThenBy(list => list.List), all);
                var (means, spreads) = world.Describe();
                Assert.All(all, list => Assert.Equal(means[list.List] + (Reach * spreads[list.List]), list.Bound, 1e-3f * (1 + Math.Abs(list.Bound))));
            },
            iter: 30);

    /// <summary>As searches do, which end at the first list with a bound below the least of that time.</summary>
    [Fact]
    public void TryNext_RisingLeast_EveryListThatIsNotBelowItOnceInOrder() =>
        AnyCase.Sample(
            test =>
            {
                var world = new World(test);
                var all = Take(world.Order(), _ => float.NegativeInfinity);
                var random = new Random(test.Seed);

                // Bounds that lists have, so that some are just as high.
                var least = Enumerable.Range(0, all.Count).Select(_ => all[random.Next(all.Count / 8, all.Count)].Bound).Order().ToArray();
                var found = Take(world.Order(), step => least[Math.Min(step, least.Length - 1)], untilBelow: true);
                Assert.Equal(all.TakeWhile((list, step) => list.Bound >= least[step]), found);
            },
            iter: 100);

    /// <summary>Whoever goes on misses none, either; and those are left out that are told to be below when order is asked for.</summary>
    [Fact]
    public void TryNext_OneLeast_EveryListThatIsNotBelowItAndFewOthers() =>
        AnyCase.Sample(
            test =>
            {
                const int PutInOrderInAnyCase = 16;
                var world = new World(test);
                var all = Take(world.Order(), _ => float.NegativeInfinity);
                var least = all[new Random(test.Seed).Next(all.Count)].Bound;
                var found = Take(world.Order(), _ => least);
                Assert.Equal(all.Where((list, place) => place < PutInOrderInAnyCase || list.Bound >= least), found);
            },
            iter: 100);

    private static List<(int List, float Bound)> Take(ListOrder order, Func<int, float> leastOf, bool untilBelow = false)
    {
        var taken = new List<(int List, float Bound)>();
        while (leastOf(taken.Count) is var least && order.TryNext(least, out var list, out var bound) && !(untilBelow && bound < least))
        {
            taken.Add((list, bound));
        }

        return taken;
    }

    private sealed record Case(int Lists, Similarity Similarity, int Seed);

    /// <summary>Lists anywhere, some of them at the same place, most with rows around it; and one order that is used again for every query, as searches do.</summary>
    private sealed class World
    {
        private readonly ListOrder _order = new();
        private readonly EncodedQuery _query = new();
        private readonly IndexSpace _space;
        private readonly ListTable _lists;

        public World(Case test)
        {
            var random = new Random(test.Seed);
            _space = new IndexSpace(test.Similarity, Dimensions);
            var centroids = new float[test.Lists * Dimensions];
            for (var list = 0; list < test.Lists; list++)
            {
                var place = centroids.AsSpan(list * Dimensions, Dimensions);
                if (list > 0 && random.Next(8) == 0)
                {
                    centroids.AsSpan(random.Next(list) * Dimensions, Dimensions).CopyTo(place);
                }
                else
                {
                    Draw(random).CopyTo(place);
                }
            }

            _lists = new ListTable(_space, centroids, Enumerable.Repeat(1, test.Lists).ToArray());
            for (var row = 0; row < test.Lists; row++)
            {
                var vector = Draw(random);
                var placed = new float[Dimensions];
                var length = _space.Place(vector, VectorKernels.Best.Dot(vector, vector), placed);
                _lists.Put(row, random.Next(test.Lists), placed, length);
            }

            // What an order of another query, read to some list, leaves behind must not matter.
            _query.Set(_space, Draw(random));
            _order.Begin(_lists, _space, _query, Reach);
            for (var step = random.Next(test.Lists); step > 0; step--)
            {
                _order.TryNext(float.NegativeInfinity, out _, out _);
            }

            _query.Set(_space, Draw(random));
        }

        public ListOrder Order()
        {
            _order.Begin(_lists, _space, _query, Reach);
            return _order;
        }

        public (float[] Means, float[] Spreads) Describe()
        {
            var (means, spreads) = (new float[_lists.Count], new float[_lists.Count]);
            ListOrder.Describe(_lists, _space, _query, new int[_lists.CodedCentroids.Capacity], means, spreads);
            return (means, spreads);
        }

        private static float[] Draw(Random random) => [.. Enumerable.Range(0, Dimensions).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
