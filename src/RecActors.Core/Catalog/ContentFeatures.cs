using System.Runtime.InteropServices;
using RecActors.Hardware;

namespace RecActors.Catalog;

/// <summary>What an item is about, as tokens of a <see cref="TokenVocabulary"/>. Immutable; computed once per record.</summary>
public sealed class ContentFeatures
{
    private readonly int[] _tokens;
    private readonly int _categoryCount;

    /// <param name="tokens">Distinct tokens; the array becomes the features' own.</param>
    /// <param name="categoryCount">How many of them, from the first on, are categories.</param>
    /// <param name="year">The year, or 0.</param>
    public ContentFeatures(int[] tokens, int categoryCount, int year)
    {
        _tokens = tokens;
        _categoryCount = categoryCount;
        Year = year;
    }

    /// <summary>Of an unknown or deleted item, or one without content.</summary>
    public static ContentFeatures Empty { get; } = new([], 0, 0);

    /// <summary>Distinct tokens: the categories first, then labels, then the year.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>The tokens of the categories: a prefix of <see cref="Tokens"/>.</summary>
    public ReadOnlySpan<int> Categories => _tokens.AsSpan(0, _categoryCount);

    /// <summary>Asks for the tokens; a hint.</summary>
    internal void Prefetch() => CacheHint.Read(ref MemoryMarshal.GetArrayDataReference(_tokens));

    /// <summary>The year that the labels name (of release, of publication), or 0.</summary>
    public int Year { get; }
}
