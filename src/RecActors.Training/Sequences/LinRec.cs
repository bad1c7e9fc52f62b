using Microsoft.Extensions.Logging;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.LibTorch;
using RecActors.Refit;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Sequences;

/// <summary>
/// The sequence model on its own, as a recommender to compare with: fitted to a training set, then told every event, ranking all items
/// that the user has not met by cos(u, q). Items without a training event have no vector and are never in a list. Every user's training
/// events have been observed when it is made. Same set, options and seed: same lists. Not thread-safe.
/// </summary>
public sealed class LinRec
{
    // The newest tenth decides how long to train; then everything is learned from.
    private const double FittedShare = .9;

    private readonly CatalogReplica _catalog = new();
    private readonly Dictionary<string, UserHistory> _histories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SequenceState> _states = new(StringComparer.Ordinal);
    private readonly SequenceEncoder? _encoder;
    private readonly int _window;

    private LinRec(TrainingSet set, SequenceModel? model, int window)
    {
        foreach (var itemId in set.ItemIds)
        {
            _catalog.Intern(itemId);
        }

        _window = window;
        Model = model;
        _encoder = model is null ? null : SequenceEncoder.Bind(model, _catalog);
    }

    /// <summary>The model; null when there was too little to learn from, or no budget.</summary>
    public SequenceModel? Model { get; }

    /// <summary>Fits the model to all events of a set.</summary>
    /// <param name="set">The events; they are observed, too.</param>
    /// <param name="options">Dimensions, <c>Sequence…</c>, window, threads and seed count.</param>
    /// <param name="onEpoch">Called on the way; may be null.</param>
    /// <param name="logger">Told how libtorch was loaded.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    public static LinRec Fit(
        TrainingSet set, TrainingOptions options, Action<SequenceEpoch>? onEpoch, ILogger logger, CancellationToken cancellationToken)
    {
        TorchNativeLibrary.MakeLoadable(logger);
        var timeline = EventTimeline.Of(set, options, options.Seed);
        var trainer = new SequenceTrainer(set, options, options.Seed);
        var trial = trainer.Train(Pairs((int)(timeline.Count * FittedShare)), epochs: null, onEpoch, cancellationToken);
        var fit = trial is null ? null : trainer.Train(Pairs(timeline.Count), trial.Epochs, onEpoch, cancellationToken);
        var recommender = new LinRec(set, fit?.Model, options.Window);
        var events = set.Events;
        foreach (var index in timeline.Order)
        {
            recommender.Observe(
                set.UserIds[events.User[index]],
                set.ItemIds[events.Item[index]],
                set.FeedbackTypes[events.Type[index]],
                new ActionSignal(events.Polarity[index], events.Weight[index]),
                events.TimestampMs[index]);
        }

        return recommender;

        SequencePairs Pairs(int end) => SequencePairs.Of(set, timeline, end, timeline.Count, options.SequenceItems);
    }

    /// <summary>Lets an event happen.</summary>
    public void Observe(string userId, string itemId, string type, ActionSignal signal, long timestampMs)
    {
        if (!_histories.TryGetValue(userId, out var history))
        {
            _histories.Add(userId, history = new UserHistory(_window));
        }

        history.Apply(_catalog.Intern(itemId), type, FeedbackOperation.Set, signal, timestampMs);
    }

    /// <summary>The best items for the user now, best first; empty when nothing is known of the user.</summary>
    public IReadOnlyList<string> Rank(string userId, int count)
    {
        if (_encoder is null || !_histories.TryGetValue(userId, out var history))
        {
            return [];
        }

        if (!_states.TryGetValue(userId, out var state))
        {
            _states.Add(userId, state = _encoder.CreateState());
        }

        return _encoder.Encode(history.NewestFirst.AsMemory(), state) is not { } user
            ? []
            : [.. ExactRetriever.Search(_encoder.Outputs, user, Similarity.Cosine, count, new Unmet(_encoder, history.Seen))
                .Select(hit => _catalog.IdOf(_encoder.RowOf(hit.Row)))];
    }

    private readonly struct Unmet(SequenceEncoder encoder, SeenRows seen) : IRowFilter
    {
        public bool Accepts(int row) => !seen.Contains(encoder.RowOf(row));
    }
}
