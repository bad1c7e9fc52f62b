using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RecActors.Hosting;

/// <summary>Names of what the grains measure. No user, item or event ids are ever tags.</summary>
public static class GrainTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "RecActors.Grains";

    internal static readonly ActivitySource Activities = new(Name);

    internal static readonly Meter Meter = new(Name);
}
