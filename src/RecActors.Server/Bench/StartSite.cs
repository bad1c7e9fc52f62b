using RecActors.Bench.Scale;
using RecActors.Catalog;
using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Importing;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Bench;

/// <summary>
/// A made-up site, always the same: items with categories and labels, actions on them by Zipf's law. It is written as an import writes; a model of it has
/// every part that a start reads, and the statistics at its cut.
/// </summary>
/// <param name="items">Number of items.</param>
/// <param name="actions">Number of actions.</param>
/// <param name="actionsPerUser">Actions of a user on average; users are named u0 on.</param>
internal sealed class StartSite(int items, int actions, int actionsPerUser)
{
    /// <summary>Share of the actions that a model knows: the others came after it.</summary>
    private const double KnownShare = 0.95;

    private const long FirstMs = 1_700_000_000_000;

    private readonly SyntheticCatalog _catalog = new(items);
    private readonly int _users = Math.Max(1, actions / actionsPerUser);

    public int Users => _users;

    /// <summary>Writes items and actions into stores that no silo serves from. Returns the position up to which a model is to know them.</summary>
    public async Task<JournalPosition> WriteAsync(ICatalogStore catalog, IUserJournal journal, CancellationToken cancellationToken)
    {
        var progress = new Progress<long>();
        var items = new CatalogImport(catalog);
        await items.RunAsync(Enumerable.Range(0, _catalog.Items).Select(item => _catalog.Record(item, FirstMs) with { Version = 1 }), progress, cancellationToken);
        var journals = new JournalImport(journal, items);
        var known = (int)(actions * KnownShare);
        await journals.RunAsync(Actions().Take(known), progress, cancellationToken);
        var cut = await journal.GetHeadAsync(cancellationToken);
        await journals.RunAsync(Actions().Skip(known), progress, cancellationToken);
        return cut;
    }

    /// <summary>The statistics of the actions that a model knows.</summary>
    public ItemStatisticsState Statistics()
    {
        var rows = new CatalogReplica();
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        var histories = new Dictionary<string, UserHistory>(StringComparer.Ordinal);
        foreach (var (userId, entry) in Actions().Take((int)(actions * KnownShare)))
        {
            if (!histories.TryGetValue(userId, out var history))
            {
                histories.Add(userId, history = new UserHistory());
            }

            var item = new HistoryItem(rows.Intern(entry.ItemId), 1, Polarity.Positive, entry.TimestampMs);
            statistics.Observe(history, item);
            history.Add(item);
        }

        return statistics.Export(rows.IdOf);
    }

    /// <summary>A model of the catalog as new as the cut.</summary>
    public ModelBundle Model(long version, JournalPosition cut) => new SyntheticModel(_catalog).Create(version, cut.Value, (long)(actions * KnownShare), Statistics());

    /// <summary>More actions, without end, of any user but u0.</summary>
    public IEnumerable<(string UserId, string ItemId)> More(int seed)
    {
        var random = new Random(seed);
        var choice = new ZipfChoice(items, 1, seed: 3);
        while (true)
        {
            yield return ($"u{1 + random.Next(_users)}", ScaleShape.ItemId(choice.Next(random)));
        }
    }

    /// <summary>How many actions a user has.</summary>
    public int ActionsOf(string userId) => Actions().Count(action => action.UserId == userId);

    private IEnumerable<ImportedFeedback> Actions()
    {
        var random = new Random(2);
        var choice = new ZipfChoice(items, 1, seed: 3);
        for (var action = 0; action < actions; action++)
        {
            var entry = new FeedbackEntry(
                FeedbackOperation.Add, "watch", ScaleShape.ItemId(choice.Next(random)), 1, FirstMs + action, EventHash: (ulong)action + 1);
            yield return new ImportedFeedback($"u{random.Next(_users)}", entry);
        }
    }
}
