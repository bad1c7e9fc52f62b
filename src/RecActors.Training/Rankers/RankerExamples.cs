using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>
/// Queries of a replay. Only those of whose targets a source found one teach anything, so only their candidates are kept; the others
/// count as misses when quality is measured.
/// </summary>
internal sealed class RankerExamples
{
    private readonly List<RankingExample> _found = [];
    private readonly List<int> _numbers = [];

    /// <summary>Queries with a target among the candidates.</summary>
    public IReadOnlyList<RankingExample> Found => _found;

    /// <summary>The number of each of them among all <see cref="Queries"/>, ascending: what a query without a source is compared by.</summary>
    public IReadOnlyList<int> Numbers => _numbers;

    /// <summary>All queries, misses included.</summary>
    public int Queries { get; private set; }

    /// <summary>The same queries without a source.</summary>
    public RankerExamples Without(CandidateSource source)
    {
        var examples = new RankerExamples { Queries = Queries };
        for (var place = 0; place < _found.Count; place++)
        {
            examples.AddFound(_found[place].Without(source), _numbers[place]);
        }

        return examples;
    }

    /// <summary>At most so many of the queries that found a target, evenly, with their share of the misses.</summary>
    public RankerExamples SampleOf(int most)
    {
        if (_found.Count <= most)
        {
            return this;
        }

        var examples = new RankerExamples { Queries = (int)((long)Queries * most / _found.Count) };
        for (var place = 0; place < most; place++)
        {
            examples.AddFound(_found[(int)((long)place * _found.Count / most)], (int)((long)place * examples.Queries / most));
        }

        return examples;
    }

    /// <summary>These queries and others.</summary>
    public RankerExamples With(RankerExamples others)
    {
        var examples = new RankerExamples { Queries = Queries + others.Queries };
        examples._found.AddRange([.. _found, .. others._found]);
        examples._numbers.AddRange([.. _numbers, .. others._numbers.Select(number => Queries + number)]);
        return examples;
    }

    public void Add(RankingExample example)
    {
        AddFound(example, Queries);
        Queries++;
    }

    private void AddFound(RankingExample example, int number)
    {
        if (example.Labels.Length > 0)
        {
            _found.Add(example);
            _numbers.Add(number);
        }
    }
}
