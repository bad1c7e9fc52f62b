namespace RecActors.Bench;

public sealed class ZipfChoiceTests
{
    private const int Draws = 200_000;

    [Fact]
    public void Next_ExponentOne_FallsAsOneOverTheRank()
    {
        var byRank = Counts(new ZipfChoice(100, 1, seed: 1)).OrderDescending().ToArray();
        var harmonic = Enumerable.Range(1, 100).Sum(rank => 1.0 / rank);

        foreach (var rank in new[] { 1, 2, 5, 10, 50 })
        {
            Assert.InRange(byRank[rank - 1] * harmonic * rank / Draws, .9, 1.1);
        }
    }

    [Fact]
    public void Next_ExponentZero_ChoosesAllAlike() =>
        Assert.All(Counts(new ZipfChoice(10, 0, seed: 1)), count => Assert.InRange(count * 10.0 / Draws, .95, 1.05));

    private static int[] Counts(ZipfChoice choice)
    {
        var random = new Random(7);
        var counts = new int[100];
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[choice.Next(random)]++;
        }

        return [.. counts.Where(count => count > 0)];
    }
}
