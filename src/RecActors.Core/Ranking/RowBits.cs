namespace RecActors.Ranking;

/// <summary>
/// A set of catalog rows that lives for one query: a bit for each, so that the set of a large catalog stays in the fastest cache.
/// Forgetting costs what was set. Not safe for concurrent use.
/// </summary>
internal sealed class RowBits
{
    private const int Shift = 6;

    private ulong[] _words = [];

    /// <summary>Words with any bit, in the order of the first one. A place more than words, because a word is written there before it is known to be new.</summary>
    private int[] _touched = [0];

    private int _count;

    /// <summary>Empties the set and makes room for rows below <paramref name="rows"/>.</summary>
    public void Reset(int rows)
    {
        foreach (var word in _touched.AsSpan(0, _count))
        {
            _words[word] = 0;
        }

        _count = 0;
        var words = (int)(((uint)rows + (1 << Shift) - 1) >> Shift);
        if (_words.Length < words)
        {
            _words = new ulong[Math.Max(words, _words.Length * 2)];
            _touched = new int[_words.Length + 1];
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

        // Whether a word is new cannot be foreseen: a branch would be guessed wrong.
        ref var bits = ref _words[word];
        _touched[_count] = word;
        _count += bits == 0 ? 1 : 0;
        bits |= 1UL << row;
    }

    public bool Contains(int row)
    {
        var word = row >> Shift;
        return (uint)word < (uint)_words.Length && (_words[word] & (1UL << row)) != 0;
    }
}
