namespace RecActors.Hosting;

/// <summary>Always the same instant, so that answers can be compared whole; timers run as usual.</summary>
internal sealed class FixedClock : TimeProvider
{
    public static DateTimeOffset Now { get; } = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
