namespace RecActors.Ranking;

/// <summary>
/// A set of catalog rows that lives for one query: a bit for each, so that the set of a large catalog stays in the fastest cache.
/// Forgetting costs what was set. Not safe for concurrent use.
/// </summary>
internal sealed class RowBits
{
    private const int Shift = 6;

    private readonly List<int> _touched = [];
    private ulong[] _words = [];

    /// <summary>Empties the set and makes room for rows below <paramref name="rows"/>.</summary>
    public void Reset(int rows)
    {
        foreach (var word in _touched)
        {
            _words[word] = 0;
        }

        _touched.Clear();
        var words = (int)(((uint)rows + (1 << Shift) - 1) >> Shift);
        if (_words.Length < words)
        {
            _words = new ulong[Math.Max(words, _words.Length * 2)];
        }
    }

    /// <summary>Adds a row. Rows that the catalog added since the reset are not there yet, and are ignored.</summary>
    public void Add(int row)
    {
        var word = row >> Shift;
        if ((uint)word >= (uint)_words.Length)
        {
            return;
        }

        if (_words[word] == 0)
        {
            _touched.Add(word);
        }

        _words[word] |= 1UL << row;
    }

    public bool Contains(int row)
    {
        var word = row >> Shift;
        return (uint)word < (uint)_words.Length && (_words[word] & (1UL << row)) != 0;
    }
}
