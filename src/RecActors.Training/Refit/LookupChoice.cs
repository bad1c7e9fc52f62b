using RecActors.Evaluation;
using RecActors.ItemToItem;

namespace RecActors.Refit;

/// <summary>
/// Chooses by validation how a history is weighed when transitions and co-occurrence are looked up: as configured, by which the newest
/// items count most, or all items alike, which suits profiles that have no order. Each of the two by its own NDCG@100.
/// </summary>
internal sealed class LookupChoice(ReplayState state, ItemToItemLookup configured)
{
    /// <summary>Most questions: a look-up of a whole history takes milliseconds.</summary>
    public const int MaxQueries = 300;

    private const int Depth = 100;

    private static readonly ItemToItemLookup Even = new()
    {
        TransitionDepth = int.MaxValue,
        TransitionFastDecay = 1,
        TransitionSlowDecay = 1,
        CooccurrenceDepth = int.MaxValue,
        CooccurrenceFastDecay = 1,
        CooccurrenceSlowDecay = 1,
    };

    private readonly Trial _configured = new();
    private readonly Trial _even = new();
    private readonly ItemToItemScores _scores = new();
    private readonly int[] _rows = new int[Depth];

    /// <summary>The better look-up; null when it is the configured one.</summary>
    public ItemToItemLookup? Chosen
    {
        get
        {
            var transitions = IsBetter(trial => trial.Transitions);
            var cooccurrence = IsBetter(trial => trial.Cooccurrence);
            return !transitions && !cooccurrence ? null : configured with
            {
                TransitionDepth = transitions ? Even.TransitionDepth : configured.TransitionDepth,
                TransitionSlowDecay = transitions ? Even.TransitionSlowDecay : configured.TransitionSlowDecay,
                CooccurrenceDepth = cooccurrence ? Even.CooccurrenceDepth : configured.CooccurrenceDepth,
                CooccurrenceSlowDecay = cooccurrence ? Even.CooccurrenceSlowDecay : configured.CooccurrenceSlowDecay,
            };
        }
    }

    /// <summary>Asks a question as of now.</summary>
    public void Ask(ValidationQuery query)
    {
        if (_configured.Transitions.Queries < MaxQueries)
        {
            Ask(query, configured, _configured);
            Ask(query, Even, _even);
        }
    }

    private bool IsBetter(Func<Trial, RankTally> of) => of(_even).Ndcg(Depth) > of(_configured).Ndcg(Depth);

    private void Ask(ValidationQuery query, ItemToItemLookup lookup, Trial trial)
    {
        _scores.Clear();
        state.Statistics.Accumulate(query.History.AsSpan(), lookup, _scores);
        Tally(ItemToItemSignal.TransitionSlow, trial.Transitions);
        Tally(ItemToItemSignal.CooccurrenceSlow, trial.Cooccurrence);

        void Tally(ItemToItemSignal signal, RankTally tally)
        {
            var found = _scores.Top(signal, _rows, row => !query.Seen.Contains(row));
            tally.Add(Enumerable.Range(1, found).Where(rank => query.Targets.Contains(_rows[rank - 1])), query.Targets.Length);
        }
    }

    private sealed class Trial
    {
        public RankTally Transitions { get; } = new();

        public RankTally Cooccurrence { get; } = new();
    }
}
