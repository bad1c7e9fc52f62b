using System.Buffers;
using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.Ranking;

/// <summary>
/// The buffers of one query at a time: pooled, because their size follows the catalog, and their contents are worth nothing
/// after the query. Not safe for concurrent use.
/// </summary>
internal sealed class RankingWorkspace
{
    private static readonly LinearItemScores NoLinear = new();

    private readonly LinearItemScores _unpooled = new();
    private UserStates<LinearItemScores>? _pool;
    private UserStates<LinearItemScores>.Lease _lease;
    private int[] _list = [];
    private Eligibility _eligibility;
    private int _rows;

    /// <summary>Rows that may not become candidates: seen ones, and later those that are candidates already.</summary>
    public RowBits Excluded { get; } = new();

    public ItemToItemScores ItemToItem { get; } = new();

    /// <summary>The sums of this query's user; all 0 without learned item-to-item weights.</summary>
    public LinearItemScores Linear { get; private set; } = NoLinear;

    public ReciprocalRankFusion Fusion { get; } = new();

    /// <summary>What is known of the candidates, as long as it is not detached.</summary>
    public CandidateBuffers Buffers { get; private set; } = new();

    public CandidateSet Candidates => Buffers.Candidates;

    public BestRows Top => Buffers.Top;

    /// <summary>For a second list that is collected in the same pass.</summary>
    public BestRows SecondTop { get; } = new();

    public TasteProfile Profile { get; } = new();

    public int[] Popular { get; } = new int[1024];

    /// <summary>The rules of this query.</summary>
    public Eligibility Eligibility => _eligibility;

    /// <summary>Rows that this query may name: the catalog may grow meanwhile, the buffers may not.</summary>
    public int Rows => _rows;

    /// <summary>Forgets the last query. From here on <see cref="Accepts(int)"/> speaks for this user and these rules.</summary>
    public void Begin(CatalogReplica catalog, UserContext user, in Eligibility eligibility)
    {
        _rows = catalog.Count;
        _eligibility = eligibility;
        Excluded.Reset(_rows);
        Fusion.Reset();
        Buffers.Clear();
        ItemToItem.Clear();
        MarkSeen(user);
    }

    /// <summary>Whether a row may become a candidate.</summary>
    public bool Accepts(int row) => row < _rows && !Excluded.Contains(row) && _eligibility.MayAllow(row);

    /// <summary>Takes the user's sums of learned weights out of their pool, and moves them to the query's history.</summary>
    public void TakeLinear(UserStates<LinearItemScores> pool, RankingQuery query, float decay)
    {
        if (query.Model.Linear is not { } model)
        {
            return;
        }

        // A session has no name, and does not come again.
        if (query.User.UserId.Length == 0)
        {
            Linear = _unpooled;
        }
        else
        {
            (_pool, _lease) = (pool, pool.Take(query.User.UserId, true, static (_, _) => true, static _ => new LinearItemScores()));
            Linear = _lease.State;
        }

        model.Accumulate(query.User.History.Span, decay, Linear);
    }

    /// <summary>Ends the query: what was taken goes back.</summary>
    public void End()
    {
        _pool?.Return(_lease);
        (_pool, Linear) = (null, NoLinear);
    }

    /// <summary>A list of rows to fill.</summary>
    public Span<int> List(int length)
    {
        if (_list.Length < length)
        {
            _list = new int[length];
        }

        return _list.AsSpan(0, length);
    }

    /// <summary>Hands over what is known of the candidates, and takes other buffers for the next query.</summary>
    public CandidateBuffers Detach(CandidateBuffers replacement)
    {
        var detached = Buffers;
        Buffers = replacement;
        return detached;
    }

    private void MarkSeen(UserContext user)
    {
        var buffer = ArrayPool<int>.Shared.Rent(user.Seen.UpperCount);
        foreach (var row in buffer.AsSpan(0, user.Seen.CopyTo(buffer)))
        {
            Excluded.Add(row);
        }

        ArrayPool<int>.Shared.Return(buffer);
        foreach (var item in user.History.Span)
        {
            Excluded.Add(item.Row);
        }
    }
}
