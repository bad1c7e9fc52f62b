using RecActors.Feedback;
using RecActors.Interest;

namespace RecActors.ItemToItem;

/// <summary>The statistics as dense matrices in double precision, by their definition.</summary>
internal sealed class BatchStatistics(ItemStatisticsOptions options, int items)
{
    private readonly double[,] _transitions = new double[items, items];
    private readonly double[,] _next = new double[items, items];
    private readonly double[,] _cooccurrences = new double[items, items];

    public double[] Counts { get; } = new double[items];

    public void Observe(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action)
    {
        if (action.Polarity != Polarity.Positive)
        {
            return;
        }

        var liked = newestFirst.ToArray().Where(item => item.Polarity == Polarity.Positive).Select(item => item.Row).ToList();
        var isFirst = !liked.Contains(action.Row);
        liked.Remove(action.Row);
        Counts[action.Row] += isFirst ? 1 : 0;
        foreach (var (distance, row) in liked.Index())
        {
            if (distance < options.TransitionWindow)
            {
                _transitions[row, action.Row] += action.Weight * Math.Pow(options.TransitionDecay, distance);
            }

            _next[row, action.Row] += distance == 0 ? action.Weight : 0;
            if (isFirst && distance < options.CooccurrenceWindow)
            {
                _cooccurrences[row, action.Row]++;
                _cooccurrences[action.Row, row]++;
            }
        }
    }

    public double Score(ItemToItemSignal signal, HistoryItem[] newestFirst, int row, ItemToItemLookup lookup) => signal switch
    {
        ItemToItemSignal.TransitionFast => Sum(
            newestFirst, lookup.TransitionDepth, lookup.TransitionFastDecay, source => Share(_transitions[source, row], RowSum(_transitions, source))),
        ItemToItemSignal.TransitionSlow => Sum(
            newestFirst, lookup.TransitionDepth, lookup.TransitionSlowDecay, source => Share(_transitions[source, row], RowSum(_transitions, source))),
        ItemToItemSignal.Next => Sum(newestFirst, 1, 1, source => Share(_next[source, row], RowSum(_next, source))),
        ItemToItemSignal.Symmetric => Sum(
            newestFirst,
            lookup.TransitionDepth,
            lookup.TransitionSlowDecay,
            source => Share(_transitions[source, row] + _transitions[row, source], RowSum(_transitions, source) + ColumnSum(_transitions, source))),
        ItemToItemSignal.CooccurrenceFast => Sum(
            newestFirst, lookup.CooccurrenceDepth, lookup.CooccurrenceFastDecay, source => Cosine(source, row)),
        _ => Sum(newestFirst, lookup.CooccurrenceDepth, lookup.CooccurrenceSlowDecay, source => Cosine(source, row)),
    };

    private double Cosine(int left, int right) => _cooccurrences[left, right] / (Math.Sqrt(Counts[left] * Counts[right]) + 5);

    private double RowSum(double[,] matrix, int row) => Enumerable.Range(0, items).Sum(column => matrix[row, column]);

    private double ColumnSum(double[,] matrix, int column) => Enumerable.Range(0, items).Sum(row => matrix[row, column]);

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private static double Sum(HistoryItem[] newestFirst, int depth, double decay, Func<int, double> score) =>
        newestFirst.Take(depth).Index().Sum(item => Math.Pow(decay, item.Index) * score(item.Item.Row));
}
