using System.ComponentModel.DataAnnotations;

namespace RecActors.Retrieval;

/// <summary>How an <see cref="InvertedFile"/> is built.</summary>
public sealed class IndexOptions
{
    /// <summary>Rows with a vector from which a table gets an index; fewer are scanned.</summary>
    /// <value>20,000: at 10,000 a search of the index costs what its part of a shared scan does, at 20,000 half of it or less (docs/performance.md).</value>
    [Range(0, int.MaxValue)]
    public int FromRows { get; set; } = 20_000;

    /// <summary>The share of the best hundred, and of the best two hundred, that a search must find which asks for as many, on average over sampled queries.</summary>
    /// <value>0.99.</value>
    [Range(0.5, 1.0)]
    public double Recall { get; set; } = 0.99;

    /// <summary>Share of rows that may come or go before the lists are made anew; those that joined an index of a bundle which does not know them are among these.</summary>
    /// <value>0.5: until then new rows join the nearest list. With a fifth of the rows gone and a fifth new, recall was as after the build (docs/performance.md).</value>
    [Range(0.01, 10.0)]
    public double RebuildAfter { get; set; } = 0.5;

    /// <summary>Share of rows that may come or go before it is chosen anew how far searches reach, and recall is measured again.</summary>
    /// <value>0.05: half of what recall may miss is left to so many changes. It takes 256 exact searches, in the background.</value>
    [Range(0.001, 10.0)]
    public double RemeasureAfter { get; set; } = 0.05;

    /// <summary>Threads of a build, of low priority; and of the usual one, of placing the items that a bundle's index does not know, for which a start or a promotion waits.</summary>
    /// <value>1.</value>
    [Range(1, 64)]
    public int BuildThreads { get; set; } = 1;

    /// <summary>Decides which rows the lists are made from and which queries are sampled: the same table and seed make the same index.</summary>
    public int Seed { get; set; } = 1;
}
