namespace RecActors.Hosting;

/// <summary>Goes on from <see cref="FixedClock.Now"/>: the gateways' time for a silo, which does things when some of it has passed.</summary>
internal sealed class RunningClock : TimeProvider
{
    private readonly long _started = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => FixedClock.Now + System.GetElapsedTime(_started);
}
