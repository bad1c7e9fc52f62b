using System.Buffers;
using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.Hardware;
using RecActors.Interest;
using RecActors.Retrieval;

namespace RecActors.Sequences;

/// <summary>
/// A <see cref="SequenceModel"/> bound to the rows of this process' catalog: makes a user's vector u from a history, all at once or
/// action by action, and compares it with items. Items that came after the training have no vector here. Immutable and safe for
/// concurrent use; the states it is given are not.
/// </summary>
public sealed class SequenceEncoder
{
    /// <summary>A history that differs by more new items counts as another one.</summary>
    private const int MaxPushes = 16;

    /// <summary>
    /// Below this share of the newest action an older one does not show in a float's digits, so that a state that was moved and one
    /// that was made anew rank alike. Reached after 197 items with a decay of .9, within the window.
    /// </summary>
    private const double Negligible = 1e-9;

    /// <summary>So many rows ahead their vectors are asked for.</summary>
    private const int VectorsAhead = 4;

    /// <summary>So many actions ahead the inputs of their items are asked for.</summary>
    private const int InputsAhead = 4;

    private readonly SequenceModel _model;

    /// <summary>Slots are the model's items in the order of their rows: the order of equal scores is that of rows.</summary>
    private readonly int[] _rowOfSlot;
    private readonly int[] _slotOfRow;
    private readonly int[] _itemOfSlot;
    private readonly int _horizon;

    private SequenceEncoder(SequenceModel model, int[] rows)
    {
        // Its outputs are in the table, its items in the slots: once is enough.
        _model = model with { ItemIds = [], Outputs = [] };
        _rowOfSlot = rows;
        _itemOfSlot = [.. Enumerable.Range(0, rows.Length)];
        Array.Sort(_rowOfSlot, _itemOfSlot);
        _slotOfRow = new int[rows.Length == 0 ? 0 : _rowOfSlot[^1] + 1];
        Array.Fill(_slotOfRow, -1);
        Outputs = new VectorTable(model.Dimensions);
        Outputs.EnsureCapacity(rows.Length);
        for (var slot = 0; slot < rows.Length; slot++)
        {
            _slotOfRow[_rowOfSlot[slot]] = slot;
            Outputs.Fill(slot, model.Outputs.AsSpan(_itemOfSlot[slot] * model.Dimensions, model.Dimensions));
        }

        Outputs.Publish(rows.Length);
        var slowest = model.Decays.Max();
        _horizon = slowest > 0 ? (int)Math.Ceiling(Math.Log(Negligible) / Math.Log(slowest)) : 1;
    }

    /// <summary>What users and items are compared by.</summary>
    public static Similarity Similarity => Similarity.Cosine;

    /// <summary>Floats of a user's vector.</summary>
    public int Dimensions => _model.Dimensions;

    /// <summary>q by slot; <see cref="RowOf"/> has the rows.</summary>
    public VectorTable Outputs { get; }

    /// <summary>Binds a model; its items get their rows.</summary>
    /// <exception cref="InvalidDataException">The model contradicts itself.</exception>
    public static SequenceEncoder Bind(SequenceModel model, CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(catalog);
        model.Validate();
        return new(model, [.. model.ItemIds.Select(catalog.Intern)]);
    }

    /// <summary>Searches <see cref="Outputs"/> by an index from then on, whose vectors are in the order of the model's items.</summary>
    internal void RestoreIndex(InvertedFileState index, IndexOptions options)
    {
        var slotOfItem = new int[_itemOfSlot.Length];
        for (var slot = 0; slot < slotOfItem.Length; slot++)
        {
            slotOfItem[_itemOfSlot[slot]] = slot;
        }

        Outputs.RestoreIndex(Similarity, index, slotOfItem, options);
    }

    /// <summary>A state before the first action.</summary>
    public SequenceState CreateState() => new(this, _model.Dimensions, _model.Decays.Length);

    /// <summary>The user's vector of a history from scratch; null when no item of it is known here.</summary>
    public float[]? Encode(ReadOnlyMemory<HistoryItem> newestFirst) => Encode(newestFirst, CreateState());

    /// <summary>Moves the state to this history, by its new actions where it only grew, else from scratch; u, or null when no item of it is known.</summary>
    /// <exception cref="ArgumentException">The state was made by another encoder.</exception>
    public float[]? Encode(ReadOnlyMemory<HistoryItem> newestFirst, SequenceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!ReferenceEquals(state.Owner, this))
        {
            throw new ArgumentException("The state belongs to another model.", nameof(state));
        }

        var pushes = PushesBetween(state, newestFirst.Span);
        if (pushes < 0)
        {
            state.Clear();
            pushes = Reach(newestFirst.Span);
        }

        Span<float> input = stackalloc float[_model.Dimensions];
        for (var age = pushes - 1; age >= 0; age--)
        {
            if (age >= InputsAhead)
            {
                PrefetchInput(newestFirst.Span[age - InputsAhead]);
            }

            if (TryGetInput(newestFirst.Span[age], input))
            {
                state.Push(_model.Decays, input);
            }
        }

        state.NewestFirst = newestFirst;
        return Mix(state);
    }

    /// <summary>cos(u, q) of a row; NaN when the item is not known here.</summary>
    public float Score(ReadOnlySpan<float> user, int row) =>
        SlotOf(row) is >= 0 and var slot ? Similarity.Score(user, Outputs.Row(slot)) : float.NaN;

    /// <summary>The same of many rows, to the last bit.</summary>
    internal void Score(ReadOnlySpan<float> user, ReadOnlySpan<int> rows, Span<float> scores)
    {
        var norms = ArrayPool<float>.Shared.Rent(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + VectorsAhead < rows.Length && SlotOf(rows[i + VectorsAhead]) is >= 0 and var ahead)
            {
                Outputs.Prefetch(ahead);
            }

            (scores[i], norms[i]) = (0, 0);
            if (SlotOf(rows[i]) is >= 0 and var slot)
            {
                scores[i] = VectorKernels.Best.Dot(user, Outputs.Row(slot, out norms[i]));
            }
        }

        SimilarityScore.FromDots(Similarity, scores[..rows.Length], VectorKernels.Best.Dot(user, user), norms.AsSpan(0, rows.Length));
        ArrayPool<float>.Shared.Return(norms);
        for (var i = 0; i < rows.Length; i++)
        {
            scores[i] = SlotOf(rows[i]) < 0 ? float.NaN : scores[i];
        }
    }

    /// <summary>The row of a slot of <see cref="Outputs"/>.</summary>
    public int RowOf(int slot) => _rowOfSlot[slot];

    private int SlotOf(int row) => (uint)row < (uint)_slotOfRow.Length ? _slotOfRow[row] : -1;

    /// <summary>How many new actions lead from the state's history to this one; −1 when it is not just a longer one.</summary>
    private int PushesBetween(SequenceState state, ReadOnlySpan<HistoryItem> newestFirst)
    {
        var before = state.NewestFirst.Span;
        if (before.IsEmpty)
        {
            return -1;
        }

        for (var pushes = 0; pushes <= Math.Min(MaxPushes, newestFirst.Length - 1); pushes++)
        {
            var kept = newestFirst.Length - pushes;
            if (kept <= before.Length && newestFirst[pushes].Equals(before[0]) && newestFirst[pushes..].SequenceEqual(before[..kept]))
            {
                return Forget(state, before[kept..]) ? pushes : -1;
            }
        }

        return -1;
    }

    /// <summary>What left the window has faded so far that it need not be subtracted; false when it has not.</summary>
    private bool Forget(SequenceState state, ReadOnlySpan<HistoryItem> oldest)
    {
        foreach (var item in oldest)
        {
            if (SlotOf(item.Row) >= 0)
            {
                state.Known--;
            }
        }

        return oldest.IsEmpty || state.Known >= _horizon;
    }

    /// <summary>How many of the newest actions it takes to have all that have not faded.</summary>
    private int Reach(ReadOnlySpan<HistoryItem> newestFirst)
    {
        var (age, known) = (0, 0);
        for (; age < newestFirst.Length && known <= _horizon; age++)
        {
            known += SlotOf(newestFirst[age].Row) >= 0 ? 1 : 0;
        }

        return age;
    }

    private void PrefetchInput(HistoryItem item)
    {
        if (SlotOf(item.Row) is >= 0 and var slot)
        {
            var from = _itemOfSlot[slot] * _model.Dimensions;
            for (var place = 0; place < _model.Dimensions; place += CacheHint.Line / sizeof(float))
            {
                CacheHint.Read(in _model.Inputs[from + place]);
            }
        }
    }

    private bool TryGetInput(HistoryItem item, Span<float> input)
    {
        var slot = SlotOf(item.Row);
        if (slot < 0)
        {
            return false;
        }

        var (kind, d) = (ActionKind.Of(item), _model.Dimensions);
        TensorPrimitives.MultiplyAdd(
            _model.Inputs.AsSpan(_itemOfSlot[slot] * d, d), _model.KindGains[kind], _model.KindVectors.AsSpan(kind * d, d), input);
        return true;
    }

    private float[]? Mix(SequenceState state)
    {
        if (state.Known == 0)
        {
            return null;
        }

        var d = _model.Dimensions;
        var user = new float[d];
        Span<float> part = stackalloc float[d];
        for (var i = 0; i < _model.Decays.Length; i++)
        {
            TensorPrimitives.Divide(state.Sums[i], (float)state.Weights[i], part);
            TensorPrimitives.MultiplyAdd(part, _model.Mixing.AsSpan(i * d, d), user, user);
        }

        return user;
    }
}
