namespace RecActors.Telemetry;

/// <summary>Where metrics and traces go, beside <c>/metrics</c>.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Telemetry";

    /// <summary>An OTLP collector, such as <c>http://localhost:4317</c>; null for none.</summary>
    /// <value>null; the standard variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is the default.</value>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>The share of requests that are traced, in [0, 1]. Without a collector nothing is traced.</summary>
    /// <value>0.05: enough to see where time goes, at a twentieth of the cost.</value>
    public double TraceRatio { get; set; } = 0.05;

    /// <summary>The options, with the standard variable where they name no collector.</summary>
    public static TelemetryOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        options.OtlpEndpoint ??= configuration.GetValue<Uri?>("OTEL_EXPORTER_OTLP_ENDPOINT");
        return options;
    }
}
