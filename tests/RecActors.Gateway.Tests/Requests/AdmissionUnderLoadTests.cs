using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace RecActors.Requests;

/// <summary>Whom the limit refuses, with the bounds and times of the defaults on two processors: nobody over what passes, and all that is too much over what lasts.</summary>
public sealed class AdmissionUnderLoadTests
{
    private const int Most = 2000, Least = 64;
    private const int SecondMs = 1000;
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(50), OverloadAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Answers a millisecond: from 40 a second to 20,000.</summary>
    private static readonly Gen<double> Capacities = Gen.Double[-1.4, 1.3].Select(exponent => Math.Pow(10, exponent));

    [Fact]
    public void ClosedLoop_OfNoMoreThanTheLeast_IsNeverRefused() =>
        Gen.Select(Capacities, Gen.Int[1, Least], Gen.Int[0, 400]).Sample(
            (answersPerMs, connections, stallMs) =>
            {
                var (server, _) = NewServer(answersPerMs);
                while (server.Now < 5 * SecondMs)
                {
                    server.Offer(connections - server.InFlight);
                    server.Step(IsStalled(server.Now, stallMs));
                }

                Assert.Equal(0, server.Refused);
            },
            iter: 40);

    [Fact]
    public void OpenLoop_BelowWhatCanBeAnswered_IsNotRefusedOverAStall() =>
        Gen.Select(Gen.Double[.5, 8], Gen.Double[.1, .65], Gen.Int[0, 300], Gen.Int).Sample(
            (answersPerMs, load, stallMs, seed) =>
            {
                var (server, limit) = NewServer(answersPerMs);
                var random = new Random(seed);
                while (server.Now < 5 * SecondMs)
                {
                    server.Offer(Poisson(random, answersPerMs * load));
                    server.Step(IsStalled(server.Now, stallMs));
                }

                Assert.Equal(0, server.Refused);
                Assert.Equal(Most, limit.Limit);
            },
            iter: 30);

    [Fact]
    public void Overload_ThatLasts_IsRefusedUntilWhatIsLetInIsInTimeAndNoProcessorIsIdle() =>
        Gen.Select(Gen.Double[2, 12], Gen.Double[1.5, 4], Gen.Int).Sample(
            (answersPerMs, load, seed) =>
            {
                var (server, _) = NewServer(answersPerMs);
                var random = new Random(seed);
                Run(server, random, answersPerMs * .5, SecondMs);
                Run(server, random, answersPerMs * load, 2 * SecondMs);
                var (before, late) = (server.Answered, 0);
                Run(server, random, answersPerMs * load, 2 * SecondMs, () => late += server.LastTook > Target.TotalMilliseconds ? 1 : 0);

                Assert.InRange(late, 0, 20);
                Assert.InRange((server.Answered - before) / (answersPerMs * 2 * SecondMs), .95, 1.01);
            },
            iter: 20);

    [Fact]
    public void Overload_ThatHasEnded_RefusesNobodyAfterASecondAndLeavesTheWholeLimit() =>
        Gen.Select(Gen.Double[2, 12], Gen.Double[1.5, 4], Gen.Int).Sample(
            (answersPerMs, load, seed) =>
            {
                var (server, limit) = NewServer(answersPerMs);
                var random = new Random(seed);
                Run(server, random, answersPerMs * load, 3 * SecondMs);
                Assert.NotEqual(0, server.Refused);
                Run(server, random, answersPerMs * .5, SecondMs);
                var refused = server.Refused;
                Run(server, random, answersPerMs * .5, 6 * SecondMs);

                Assert.Equal(refused, server.Refused);
                Assert.Equal(Most, limit.Limit);
            },
            iter: 20);

    [Fact]
    public void ClosedLoop_BesideOneConnectionTooMany_IsLetIn()
    {
        var (server, limit) = NewServer(answersPerMs: 1);
        var refused = 0;
        while (server.Now < 10 * SecondMs)
        {
            Assert.Equal(Least - server.InFlight, server.Offer(Least - server.InFlight));
            refused += server.Now % 20 == 0 ? 1 - server.Offer(1) : 0;
            server.Step(isStalled: false);
        }

        Assert.Equal(Least, limit.Limit);
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void Overload_AfterWhatRanWell_FallsToThatAtOnce()
    {
        var (server, limit) = NewServer(answersPerMs: 10);
        while (server.Now < 10 * SecondMs)
        {
            server.Offer(300 - server.InFlight);
            server.Step(isStalled: false);
        }

        Assert.Equal(Most, limit.Limit);
        var first = Most;
        Run(server, new Random(1), 40, (int)OverloadAfter.TotalMilliseconds * 2, () => first = first == Most ? limit.Limit : first);

        Assert.InRange(first, 270, 300);
    }

    private static (SimulatedServer Server, AdmissionLimit Limit) NewServer(double answersPerMs)
    {
        var time = new FakeTimeProvider();
        var limit = NewLimit(time);
        return (new SimulatedServer(limit, time, answersPerMs), limit);
    }

    private static AdmissionLimit NewLimit(FakeTimeProvider time) => new(Most, Least, Target, OverloadAfter, time);

    private static bool IsStalled(long now, int stallMs) => now % (2 * SecondMs) >= SecondMs && (now % SecondMs) < stallMs;

    private static void Run(SimulatedServer server, Random random, double requestsPerMs, int lengthMs, Action? afterStep = null)
    {
        for (var end = server.Now + lengthMs; server.Now < end;)
        {
            server.Offer(Poisson(random, requestsPerMs));
            server.Step(isStalled: false);
            afterStep?.Invoke();
        }
    }

    /// <summary>How many of events at random moments come in a step, so many in the mean (Knuth's method).</summary>
    private static int Poisson(Random random, double mean)
    {
        var (count, product, end) = (0, random.NextDouble(), Math.Exp(-mean));
        for (; product > end; count++)
        {
            product *= random.NextDouble();
        }

        return count;
    }
}
