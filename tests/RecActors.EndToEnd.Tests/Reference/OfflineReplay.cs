using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Sequences;
using RecActors.Storage;

namespace RecActors.Reference;

/// <summary>
/// What a server should answer, from its data folder alone: one pass over the journal, without actors, processes or HTTP. A model's
/// item statistics are taken from its bundle and moved on by the entries after its cut, as they come. A user's interest is moved on from answer
/// to answer, as a server does: anew from the history it differs in the last digits of a float, and where two items all but tie in
/// a feature that is a rank, the last digit decides.
/// </summary>
internal sealed class OfflineReplay : IAsyncDisposable
{
    private const int PooledUsers = 1_024;

    private readonly EmbeddedStorage _storage;
    private readonly CatalogReplica _catalog = new();
    private readonly ItemStatistics _statistics = new(new ItemStatisticsOptions());
    private readonly RecommendationEngine _engine;
    private readonly Dictionary<string, UserReplay> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ServingModel> _models = [];
    private readonly FoldInPool _pool = new(PooledUsers);
    private JournalPosition _statisticsCut;

    private OfflineReplay(EmbeddedStorage storage)
    {
        _storage = storage;
        _engine = new RecommendationEngine(_catalog, _statistics, new RankingOptions());
    }

    /// <summary>Opens a folder on which no server runs; item statistics start from the given version's bundle.</summary>
    public static async Task<OfflineReplay> OpenAsync(string dataFolder, long version, CancellationToken cancellationToken)
    {
        var replay = new OfflineReplay(EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = dataFolder }));
        await foreach (var change in replay._storage.Catalog.ReadChangesAsync(0, cancellationToken))
        {
            replay._catalog.Apply(change);
        }

        var model = await replay.ModelAsync(version, cancellationToken);
        replay._statistics.Import(await StoredBundle.ReadStatisticsAsync(replay._storage.Bundles, version, cancellationToken), replay._catalog.Intern);
        replay._statisticsCut = new JournalPosition(model.Bundle!.Manifest.JournalCut);
        return replay;
    }

    /// <summary>The journal's entries in the order in which they became durable.</summary>
    public async IAsyncEnumerable<JournalRecord> JournalAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var head = await _storage.Journal.GetHeadAsync(cancellationToken);
        await foreach (var record in _storage.Journal.ReadRangeAsync(JournalPosition.Start, head, cancellationToken))
        {
            yield return record;
        }
    }

    /// <summary>Applies one entry; returns its user's version after it.</summary>
    public long Apply(JournalRecord record)
    {
        var row = _catalog.Intern(record.Entry.ItemId);
        var signal = FeedbackPolicy.Default.SignalOf(record.Entry);
        var user = User(record.UserId);
        if (signal.Polarity == Polarity.Positive && record.Position > _statisticsCut)
        {
            _statistics.Observe(
                user.History.NewestFirst.AsSpan(), new HistoryItem(row, signal.Weight, signal.Polarity, record.Entry.TimestampMs));
        }

        user.History.Apply(row, record.Entry.Type, record.Entry.Operation, signal, record.Entry.TimestampMs);
        return ++user.Version;
    }

    /// <summary>The answer for a user at this point of the journal.</summary>
    public async Task<EngineAnswer> RecommendAsync(
        long version, string userId, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var model = await ModelAsync(version, cancellationToken);
        var user = User(userId);
        return _engine.Recommend(
            model,
            new UserContext
            {
                UserId = userId,
                UserVersion = user.Version,
                History = user.History.NewestFirst.AsMemory(),
                Seen = user.History.Seen,
                Interest = Encode(model, userId, user),
            },
            new RecommendRequest { Count = count, NowMs = now.ToUnixTimeMilliseconds() });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models.Values)
        {
            model.Dispose();
        }

        await _storage.DisposeAsync();
    }

    private UserInterest? Encode(ServingModel model, string userId, UserReplay user)
    {
        var newestFirst = user.History.NewestFirst.AsMemory();
        if (model.FoldIn is not { } foldIn || newestFirst.IsEmpty)
        {
            return null;
        }

        return new UserInterest(model.Version, _pool.Encode(userId, foldIn, model.Vectors, newestFirst.Span))
        {
            Sequence = model.Sequence?.Encode(newestFirst, user.SequenceOf(model.Sequence)),
        };
    }

    private async Task<ServingModel> ModelAsync(long version, CancellationToken cancellationToken)
    {
        if (!_models.TryGetValue(version, out var model))
        {
            var files = await _storage.Bundles.LoadAsync(version, cancellationToken);
            _models[version] = model = ServingModel.Bind(BundleCodec.Decode(files), _catalog);
        }

        return model;
    }

    private UserReplay User(string userId)
    {
        if (!_users.TryGetValue(userId, out var user))
        {
            _users[userId] = user = new UserReplay();
        }

        return user;
    }

    private sealed class UserReplay
    {
        private (SequenceEncoder Encoder, SequenceState State)? _sequence;

        public UserHistory History { get; } = new();

        public long Version { get; set; }

        public SequenceState SequenceOf(SequenceEncoder encoder)
        {
            if (_sequence is not { } known || known.Encoder != encoder)
            {
                _sequence = known = (encoder, encoder.CreateState());
            }

            return known.State;
        }
    }
}
