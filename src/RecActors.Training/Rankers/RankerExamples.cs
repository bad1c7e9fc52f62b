using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>
/// Queries of a replay. Only those of whose targets a source found one teach anything, so only their candidates are kept; the others
/// count as misses when quality is measured.
/// </summary>
internal sealed class RankerExamples
{
    private readonly List<RankingExample> _found = [];

    /// <summary>Queries with a target among the candidates.</summary>
    public IReadOnlyList<RankingExample> Found => _found;

    /// <summary>All queries, misses included.</summary>
    public int Queries { get; private set; }

    /// <summary>The same queries without a source.</summary>
    public RankerExamples Without(CandidateSource source)
    {
        var examples = new RankerExamples { Queries = Queries };
        examples._found.AddRange(_found.Select(example => example.Without(source)).Where(example => example.Labels.Length > 0));
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
        examples._found.AddRange(Enumerable.Range(0, most).Select(place => _found[(int)((long)place * _found.Count / most)]));
        return examples;
    }

    /// <summary>These queries and others.</summary>
    public RankerExamples With(RankerExamples others)
    {
        var examples = new RankerExamples { Queries = Queries + others.Queries };
        examples._found.AddRange([.. _found, .. others._found]);
        return examples;
    }

    public void Add(RankingExample example)
    {
        Queries++;
        if (example.Labels.Length > 0)
        {
            _found.Add(example);
        }
    }
}
