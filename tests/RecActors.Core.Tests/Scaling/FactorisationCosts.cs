using System.Diagnostics;
using RecActors.Interest;

namespace RecActors.Scaling;

/// <summary>
/// How fast a sweep of the factorisation goes: a coefficient of docs/scaling.md. It asserts nothing and runs only when asked.
/// </summary>
public sealed class FactorisationCosts(ITestOutputHelper output)
{
    private const int Users = 20_000;
    private const int Items = 5_000;
    private const int ActionsOfEach = 100;
    private const int Sweeps = 2;

    [Fact(Explicit = true)]
    public void Sweep_TwoMillionActions_PrintsMultiplicationsPerSecondAndCore()
    {
        var matrix = Draw(new Random(1));
        var options = new ImplicitAlsOptions { Sweeps = Sweeps, MaxThreads = 1 };
        ImplicitAls.Fit(matrix, options with { Sweeps = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        ImplicitAls.Fit(matrix, options, cancellationToken: TestContext.Current.CancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        // Both sides in each sweep, and the users' once more at the end. A row's matrix is symmetric: half of it is multiplied.
        double d = options.Dimensions;
        var (actions, sides) = (matrix.Columns.Length, (2 * Sweeps) + 1);
        var multiplications = (sides * actions * d * d / 2) + ((((Sweeps + 1) * Users) + (Sweeps * Items)) * d * d * d / 6);
        output.WriteLine($"{multiplications / seconds:E1} multiplications a second on one core; a sweep of both sides over {actions:N0} actions of {Users:N0} users and {Items:N0} items takes {2 * seconds / sides:F2} s");
    }

    private static InteractionMatrix Draw(Random random)
    {
        var rows = Enumerable.Range(0, Users * ActionsOfEach).Select(entry => entry / ActionsOfEach).ToArray();
        var columns = rows.Select(_ => (int)(Items * Math.Pow(random.NextDouble(), 2))).ToArray();
        return InteractionMatrix.FromEntries(Users, Items, rows, columns, [.. Enumerable.Repeat(1f, rows.Length)]);
    }
}
