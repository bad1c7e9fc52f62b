using RecActors.Api;
using RecActors.Ranking;

namespace RecActors.Reference;

/// <summary>Compares a served answer with the offline one: the same scores, and the same items where scores tell them apart.</summary>
internal static class AnswerAssert
{
    private const double Tolerance = 1e-4;

    public static void Equal(EngineAnswer expected, Answer actual, string what)
    {
        Assert.True(expected.Items.Count == actual.Items.Count, $"{what}: {actual.Items.Count} items, expected {expected.Items.Count}");
        var scores = expected.Items.ToDictionary(item => item.ItemId, item => (double)item.Score);
        for (var rank = 0; rank < actual.Items.Count; rank++)
        {
            var served = actual.Items[rank];
            var score = scores.TryGetValue(served.Id, out var known) ? known : expected.Items[rank].Score;
            Assert.True(
                Math.Abs(score - served.Score) <= Tolerance,
                $"{what}: '{served.Id}' at rank {rank + 1} scores {served.Score:R}, offline {score:R}");
            Assert.True(
                Math.Abs(expected.Items[rank].Score - served.Score) <= Tolerance,
                $"{what}: rank {rank + 1} scores {served.Score:R}, offline {expected.Items[rank].Score:R}");
        }
    }
}
