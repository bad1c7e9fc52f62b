using System.Collections.Immutable;
using RecActors.Interest;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>A question by which settings are chosen: a history, what must not be answered, and the items that were chosen.</summary>
internal sealed record ValidationQuery(ImmutableArray<HistoryItem> History, SeenRows Seen, int[] Targets)
{
    /// <summary>
    /// At most so many of the questions that the timeline's places in [from, to) ask of users with a history. Where they happen the state
    /// goes along, else every question is asked as of now.
    /// </summary>
    /// <param name="set">The events.</param>
    /// <param name="timeline">Their order.</param>
    /// <param name="state">Stands at <paramref name="from"/> or before.</param>
    /// <param name="from">The first place.</param>
    /// <param name="to">The place after the last.</param>
    /// <param name="most">Most questions.</param>
    /// <param name="happens">Whether the events happen once they were asked about.</param>
    /// <param name="cancellationToken">Noticed at every question.</param>
    public static IEnumerable<ValidationQuery> Of(
        TrainingSet set, EventTimeline timeline, ReplayState state, int from, int to, int most, bool happens, CancellationToken cancellationToken)
    {
        var sampling = new QuerySampling(timeline.Questions(from, to).Count(), most);
        foreach (var question in timeline.Questions(from, to))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var history = state.HistoryOf(set.Events.User[timeline.Order[question.From]]);
            if (sampling.Next() && state.TargetsOf(timeline, question) is { Length: > 0 } targets && history.Count > 0)
            {
                yield return new(history.NewestFirst, history.Seen, targets);
            }

            if (happens)
            {
                state.Advance(timeline, question);
            }
        }
    }
}
