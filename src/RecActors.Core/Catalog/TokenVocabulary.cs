using System.Collections.Concurrent;

namespace RecActors.Catalog;

/// <summary>Content tokens as dense ints, append-only for the life of the process. Safe for concurrent use; lookups take no lock.</summary>
public sealed class TokenVocabulary
{
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly AppendOnlyList<string> _tokens = new();
    private readonly Lock _writer = new();

    /// <summary>Number of tokens: they are numbered from 0 to below it.</summary>
    public int Count => _tokens.Count;

    /// <summary>The token of a number below <see cref="Count"/>.</summary>
    public string this[int number] => _tokens[number];

    /// <summary>All tokens, by number.</summary>
    public string[] ToArray()
    {
        var tokens = new string[Count];
        for (var number = 0; number < tokens.Length; number++)
        {
            tokens[number] = _tokens[number];
        }

        return tokens;
    }

    /// <summary>The token's number, when it has one.</summary>
    public bool TryGet(string token, out int number) => _numbers.TryGetValue(token, out number);

    /// <summary>The token's number; a token seen for the first time gets the next one.</summary>
    public int Intern(string token)
    {
        if (_numbers.TryGetValue(token, out var number))
        {
            return number;
        }

        lock (_writer)
        {
            if (!_numbers.TryGetValue(token, out number))
            {
                number = _tokens.Add(token);
                _numbers[token] = number;
            }

            return number;
        }
    }
}
