using CsCheck;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

public sealed class TopSignalsTests
{
    [Fact]
    public void Collect_AnySums_AreTheBestOfSortingEachSignal() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 40], Gen.Int[1, 5], Gen.Int[1, 60], Gen.Int).Sample((rows, most, stride, values, seed) =>
        {
            // Few values: most sums are equal, and the row decides. The other signals are higher than all of them.
            var random = new Random(seed);
            var sums = Enumerable.Range(0, rows * PairSums.Width).Select(_ => 1000f).ToArray();
            var (transitions, cooccurrences) = (Column(ItemToItemSignal.TransitionSlow), Column(ItemToItemSignal.CooccurrenceSlow));
            var touched = Enumerable.Range(0, rows).Where(row => transitions[row] > 0 || cooccurrences[row] > 0).ToArray();
            random.Shuffle(touched);
            var (transitionFloor, cooccurrenceFloor) = (Floor(), Floor());

            Hold(top => top.CollectAll(stride), Enumerable.Range(0, rows));
            Hold(top => top.Collect(touched, stride), touched);

            // The same sums as they are by slots: of the touched rows alone, in the order of their touching.
            Hold(top => top.CollectAll(stride), touched, [.. touched.SelectMany(row => sums.Skip(row * PairSums.Width).Take(PairSums.Width))], touched);

            void Hold(Collecting collect, IEnumerable<int> among, float[]? bySlot = null, int[]? rowOfSlot = null)
            {
                var (byTransitions, byCooccurrence) = (new BestRows(), new BestRows());
                byTransitions.Reset(most);
                byCooccurrence.Reset(most);
                collect(new TopSignals<PredicateRows>(bySlot ?? sums, rowOfSlot, new PredicateRows(Accepts), byTransitions, byCooccurrence, transitionFloor, cooccurrenceFloor));
                var looked = among.Where((_, place) => place % stride == 0).Where(Accepts).ToArray();
                Assert.Equal(Best(looked, transitions, transitionFloor), byTransitions.ToSortedArray());
                Assert.Equal(Best(looked, cooccurrences, cooccurrenceFloor), byCooccurrence.ToSortedArray());
            }

            ScoredRow[] Best(int[] looked, float[] column, float floor) =>
                [.. looked.Where(row => column[row] >= floor).OrderByDescending(row => column[row]).ThenBy(row => row).Take(most).Select(row => new ScoredRow(row, column[row]))];

            float[] Column(ItemToItemSignal signal)
            {
                var column = Enumerable.Range(0, rows).Select(_ => (float)random.Next(values)).ToArray();
                for (var row = 0; row < rows; row++)
                {
                    sums[(row * PairSums.Width) + (int)signal] = column[row];
                }

                return column;
            }

            float Floor() => random.Next(2) == 0 ? float.Epsilon : random.Next(1, values + 1);
        });

    private static bool Accepts(int row) => row % 5 != 2;

    private delegate void Collecting(TopSignals<PredicateRows> top);
}
