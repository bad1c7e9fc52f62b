namespace RecActors.Ranking;

/// <summary>
/// A set of rows that can be forgotten at once: for sets that live for one query. Reset costs nothing, a lookup one read; 4 bytes per row.
/// Not safe for concurrent use.
/// </summary>
internal sealed class RowMarks
{
    private int[] _marks = [];
    private int _generation;

    /// <summary>Forgets every mark and makes room for rows below <paramref name="rows"/>.</summary>
    public void Reset(int rows)
    {
        if (_marks.Length < rows)
        {
            // The old marks need not be copied: they are forgotten.
            _marks = new int[Math.Max(rows, _marks.Length * 2)];
        }

        if (++_generation == int.MaxValue)
        {
            Array.Clear(_marks);
            _generation = 1;
        }
    }

    /// <summary>Adds a row. Rows the catalog added since the reset are not there yet, and are ignored.</summary>
    public void Set(int row)
    {
        if ((uint)row < (uint)_marks.Length)
        {
            _marks[row] = _generation;
        }
    }

    public bool Contains(int row) => (uint)row < (uint)_marks.Length && _marks[row] == _generation;
}
