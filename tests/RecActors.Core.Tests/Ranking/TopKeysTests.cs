using CsCheck;

namespace RecActors.Ranking;

public sealed class TopKeysTests
{
    [Fact]
    public void Sort_AnyStream_IsThePrefixOfTheSortedStream() =>
        Gen.Select(Gen.Int[-5, 5].Array[0, 300], Gen.Int[0, 40]).Sample((scores, k) =>
        {
            var top = new TopKeys();
            top.Reset(k);
            for (var row = 0; row < scores.Length; row++)
            {
                var admitted = top.Admits(scores[row], row);
                var before = top.Count;
                top.Add(scores[row], row);
                Assert.True(admitted || top.Count == before);
            }

            var expected = scores.Select((score, row) => (score, row)).OrderByDescending(x => x.score).ThenBy(x => x.row).Take(k).Select(x => x.row);
            Assert.Equal(expected, top.Sort().ToArray().Select(RowOrder.RowOf));
        });
}
