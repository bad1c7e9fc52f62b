using System.Net;
using RecActors.Processes;

namespace RecActors.Cluster;

/// <summary>What tests over clusters of processes share: their size, which the environment may raise, and their time limit.</summary>
internal static class ClusterTests
{
    /// <summary>Users of the traffic: <c>RECACTORS_TEST_USERS</c>.</summary>
    public static int Users { get; } = Knob("RECACTORS_TEST_USERS", 16);

    /// <summary>How often a test repeats its faults: <c>RECACTORS_TEST_ROUNDS</c>.</summary>
    public static int Rounds { get; } = Knob("RECACTORS_TEST_ROUNDS", 1);

    /// <summary>Ends a test that waits for something that does not come.</summary>
    public static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(4 + (2 * Rounds)));
        return deadline;
    }

    /// <summary>Asks again where it is told to by a 503, as clients do.</summary>
    public static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (HttpRequestException refusal) when (refusal.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    /// <summary>Writes a line into the test's output.</summary>
    public static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}");

    /// <summary>Starts serving silos that need no model.</summary>
    public static ClusterNode[] StartSilos(this ClusterProcesses cluster, int count, string roles = "serve") =>
        [.. Enumerable.Range(1, count).Select(number => cluster.Start($"silo-{number}", roles, "--cold-start"))];

    /// <summary>Starts processes without silos.</summary>
    public static ClusterNode[] StartGateways(this ClusterProcesses cluster, int count) =>
        [.. Enumerable.Range(1, count).Select(number => cluster.Start($"gateway-{number}", "gateway"))];

    private static int Knob(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
