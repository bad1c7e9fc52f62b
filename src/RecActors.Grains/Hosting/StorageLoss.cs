using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RecActors.Hosting;

/// <summary>
/// What a silo does when a store knows less than the silo has read from it: Redis came back without its newest data, or was restored
/// while silos ran. What follows is numbered again from below, so that it would look old here; and what was lost cannot be told from
/// what was not. So the process ends, and the one that is started in its place reads everything anew. Thread-safe.
/// </summary>
internal sealed partial class StorageLoss(IHostApplicationLifetime lifetime, ILogger<StorageLoss> logger)
{
    private static readonly Counter<int> Losses = GrainTelemetry.Meter.CreateCounter<int>(
        "recactors.storage.losses", "{loss}", "Silos that ended because a store knew less than they had read from it.");

    private int _isSeen;

    /// <summary>True from the first report on.</summary>
    public bool IsSeen => Volatile.Read(ref _isSeen) != 0;

    /// <summary>Ends the process, for the first time that it is called.</summary>
    /// <param name="what">What is numbered.</param>
    /// <param name="here">The number that this silo has read.</param>
    /// <param name="stored">The lower number that the store has now.</param>
    public void Report(string what, long here, long stored)
    {
        if (Interlocked.Exchange(ref _isSeen, 1) == 0)
        {
            Losses.Add(1);
            LogLost(what, here, stored);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Critical, "The store has lost data: the last of the {What} was {Here}, and is {Stored} now. This process ends; started again, it reads all anew")]
    private partial void LogLost(string what, long here, long stored);
}
