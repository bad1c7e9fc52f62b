using System.ComponentModel.DataAnnotations;

namespace RecActors.Retrieval;

/// <summary>How an <see cref="InvertedFile"/> is built.</summary>
public sealed class IndexOptions
{
    /// <summary>Rows with a vector from which a table gets an index; fewer are scanned.</summary>
    /// <value>30,000: an estimate of where a search of the index costs less than its part of a shared scan; at 100,000 it does (docs/performance.md).</value>
    [Range(0, int.MaxValue)]
    public int FromRows { get; set; } = 30_000;

    /// <summary>The share of the best hundred that a search must find, on average over sampled queries.</summary>
    /// <value>0.99.</value>
    [Range(0.5, 1.0)]
    public double Recall { get; set; } = 0.99;

    /// <summary>Share of rows that may come or go before the lists are made anew.</summary>
    /// <value>0.5: until then new rows join the nearest list. With a fifth of the rows gone and a fifth new, recall was as after the build (docs/performance.md).</value>
    [Range(0.01, 10.0)]
    public double RebuildAfter { get; set; } = 0.5;

    /// <summary>Threads of a build, of low priority.</summary>
    /// <value>1.</value>
    [Range(1, 64)]
    public int BuildThreads { get; set; } = 1;

    /// <summary>Decides which rows the lists are made from and which queries are sampled: the same table and seed make the same index.</summary>
    public int Seed { get; set; } = 1;
}
