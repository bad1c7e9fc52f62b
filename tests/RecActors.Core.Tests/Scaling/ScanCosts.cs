using RecActors.Retrieval;

namespace RecActors.Scaling;

/// <summary>
/// CPU time of the exact scan: a coefficient of docs/scaling.md. It asserts nothing and runs only when asked:
/// <c>RecActors.Core.Tests -explicit only -showLiveOutput -class RecActors.Scaling.ScanCosts</c>.
/// </summary>
public sealed class ScanCosts(ITestOutputHelper output)
{
    private const int Items = 100_000;
    private const int Dimensions = 64;
    private const int Batch = 8;
    private const int Warm = 20;
    private const int Passes = 100;

    [Fact(Explicit = true)]
    public void SearchBatch_AHundredThousandItems_PrintsCpuTimePerQuery()
    {
        var random = new Random(1);
        var table = new VectorTable(Dimensions);
        for (var row = 0; row < Items; row++)
        {
            table.Set(row, Draw(random));
        }

        var queries = Enumerable.Range(0, Batch).Select(_ => new RetrievalQuery<AnyRow>(Draw(random), 200, default)).ToArray();
        Repeat(Warm);
        var before = Environment.CpuUsage.UserTime;
        Repeat(Passes);

        var micros = (Environment.CpuUsage.UserTime - before).TotalMicroseconds / (Passes * Batch);
        output.WriteLine($"{micros:F0} µs of CPU a query, {Items:N0} items of {Dimensions} dimensions, batches of {Batch}");

        void Repeat(int passes)
        {
            for (var pass = 0; pass < passes; pass++)
            {
                ExactRetriever.SearchBatch<AnyRow>(table, queries, Similarity.DotProduct);
            }
        }
    }

    private static float[] Draw(Random random) => [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle() - 0.5f)];
}
