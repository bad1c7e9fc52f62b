using RecActors.Evaluation;
using RecActors.Formats;
using RecActors.Protocols;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>
/// Every list of every question against scores computed from the raw events before it: the same items, best first, equal scores apart.
/// </summary>
public sealed class CountingBaselinesTests
{
    private const int Depth = ReplayOptions.ListLength;
    private const double Tolerance = 1e-4;

    private static readonly EvaluationData Data = SampleEvents.Read(SampleEvents.Lines(users: 9, items: 70, events: 500, seed: 5));
    private static readonly EvaluationPlan Plan = EvaluationPlan.Of(Data, Protocol.Prequential, new ProtocolOptions());

    [Fact]
    public void Popularity_EveryQuestion_CountsUsersOfTheItem() =>
        AssertScores(set => new Popularity(set), (before, _, item) => UsersOf(before, item).Count());

    [Fact]
    public void RecentPopularity_EveryQuestion_FadesByHalfEachHalfLife() =>
        AssertScores(
            set => new RecentPopularity(set),
            (before, _, item) => before.Select((e, index) => e.Item == item ? Math.Pow(.5, (before.Count - 1 - index) / RecentPopularity.HalfLifeActions) : 0).Sum());

    [Theory]
    [InlineData(null)]
    [InlineData(Similarity.Cosine)]
    [InlineData(Similarity.DotProduct)]
    [InlineData(Similarity.Euclidean)]
    public void ItemNeighbours_EveryQuestion_SumLikenesses(Similarity? similarity) =>
        AssertScores(
            ItemNeighbours.Fit(new(5, .8f), new(Plan, SampleEvents.QuickTraining, 1) { Similarity = similarity }, TestContext.Current.CancellationToken),
            (before, user, item) => NewestFirst(before, user)
                .Select((own, age) => Math.Pow(.8, age) * Likeness(before, own, item, similarity, shrinkage: 5))
                .Sum());

    [Fact]
    public void Transitions_EveryQuestion_SumWhatFollowedTheLatest() =>
        AssertScores(
            set => new Transitions(set, new TransitionSettings(.5f)),
            (before, user, item) =>
            {
                var counts = TransitionsOf(before);
                return NewestFirst(before, user).Take(20).Select((own, age) => Math.Pow(.5, age) * Share(counts, own, item)).Sum();
            });

    private static void AssertScores(Func<TrainingSet, IRecommenderReplay> replayOf, Func<List<Event>, int, int, double> scoreOf) =>
        AssertScores(new CountedRecommender(Plan, "", replayOf), scoreOf);

    private static void AssertScores(IFittedRecommender fitted, Func<List<Event>, int, int, double> scoreOf)
    {
        var events = Data.Set.Events;
        var all = Enumerable.Range(0, events.Count).Select(index => new Event(events.User[index], events.Item[index])).ToList();
        var answers = SampleEvents.Answers(fitted, Plan);
        Assert.NotEmpty(answers);
        foreach (var answer in answers)
        {
            var before = all[..(Plan.Train.Count + answer.Query)];
            var seen = before.Where(e => e.User == answer.User).Select(e => e.Item).ToHashSet();
            var scores = Enumerable.Range(0, Data.Set.ItemIds.Count)
                .Where(item => !seen.Contains(item))
                .ToDictionary(item => item, item => scoreOf(before, answer.User, item));
            var expected = scores.Values.Where(score => score > 0).OrderDescending().Take(Depth).ToArray();

            Assert.Equal(expected.Length, answer.Items.Length);
            Assert.Equal(expected.Length, answer.Items.Distinct().Count());
            Assert.All(answer.Items.Select((item, rank) => (scores[item], expected[rank])), pair => Assert.Equal(pair.Item2, pair.Item1, Tolerance));
        }
    }

    private static IEnumerable<int> UsersOf(List<Event> before, int item) => before.Where(e => e.Item == item).Select(e => e.User).Distinct();

    private static IEnumerable<int> NewestFirst(List<Event> before, int user) =>
        before.Where(e => e.User == user).Select(e => e.Item).Reverse().Distinct();

    private static double Likeness(List<Event> before, int left, int right, Similarity? similarity, double shrinkage)
    {
        var (a, b) = (UsersOf(before, left).ToHashSet(), UsersOf(before, right).ToHashSet());
        double both = a.Intersect(b).Count();
        return left == right || both == 0 ? 0 : similarity switch
        {
            Similarity.DotProduct => both,
            Similarity.Euclidean => both / (both + shrinkage) / (1 + Math.Sqrt(a.Except(b).Count() + b.Except(a).Count())),
            _ => both / (Math.Sqrt((double)a.Count * b.Count) + shrinkage),
        };
    }

    private static Dictionary<(int, int), double> TransitionsOf(List<Event> before)
    {
        var counts = new Dictionary<(int, int), double>();
        for (var index = 0; index < before.Count; index++)
        {
            var earlier = NewestFirst(before[..index], before[index].User).Take(10).ToArray();
            for (var distance = 0; distance < earlier.Length; distance++)
            {
                if (earlier[distance] != before[index].Item)
                {
                    var pair = (earlier[distance], before[index].Item);
                    counts[pair] = counts.GetValueOrDefault(pair) + Math.Pow(.8, distance);
                }
            }
        }

        return counts;
    }

    private static double Share(Dictionary<(int From, int To), double> counts, int from, int to) =>
        counts.TryGetValue((from, to), out var count) ? count / counts.Where(pair => pair.Key.From == from).Sum(pair => pair.Value) : 0;

    private readonly record struct Event(int User, int Item);
}
