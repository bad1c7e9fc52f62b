using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.Bench;

/// <summary>Writes measurements as the tables that <c>docs/performance.md</c> has.</summary>
internal sealed class BenchReport(TextWriter output)
{
    private bool _isNoisy;

    /// <summary>What was measured where.</summary>
    public void Head(BenchSettings settings, string what)
    {
        Line($"{what}: {Version()}; {Processor()}, {Environment.ProcessorCount} processors, Vector{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)}; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}.");
        Line($"{settings.Connections} connections, Zipf {settings.Exponent}, {settings.WarmUp.TotalSeconds} s to warm up, {settings.Rounds} rounds of {settings.Length.TotalSeconds} s, medians.");
        Line("");
    }

    public void Columns()
    {
        Line("| | answers/s | to bare | server CPU, µs | Redis CPU, µs | allocated, bytes | p50, ms | p99, ms | p99.9, ms | failed | degraded | foreign CPU |");
        Line("|---|---|---|---|---|---|---|---|---|---|---|---|");
    }

    /// <summary>One row; the ratio is to the bare server's rate.</summary>
    public void Row(string name, Measurement measured, Measurement? bare = null) =>
        Line($"| {name} | {measured.Rate:N0} | {Text(measured.Rate / bare?.Rate, "F3")} | {Text(measured.Cpu, "F1")} | {Text(measured.StoreCpu, "F1")} | {Text(measured.Allocated, "N0")} | {measured.P50:F2} | {measured.P99:F2} | {measured.P999:F2} | {measured.Failed} | {measured.Degraded} | {ForeignOf(measured)} |");

    /// <summary>The foreign share of a measurement, for a table of other columns; <see cref="Foot"/> goes by it, too.</summary>
    public string ForeignOf(Measurement measured)
    {
        _isNoisy |= measured.IsNoisy;
        return measured.Foreign.ToString("P1", CultureInfo.InvariantCulture) + (measured.IsNoisy ? " **noisy**" : "");
    }

    public void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Says whether the figures can be trusted.</summary>
    public void Foot()
    {
        Line("");
        Line(_isNoisy
            ? $"NOISY: something else took more than {Measurement.NoisyShare:P0} of the processors in a measurement. Compare ratios only, or measure again."
            : (FormattableString)$"Nothing else took more than {Measurement.NoisyShare:P0} of the processors in any measurement.");
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private void Line(string line) => output.WriteLine(line);

    /// <summary>What was measured.</summary>
    public static string Version() =>
        "recactors " + (typeof(BenchReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of an unknown version");

    /// <summary>The model of the machine's processors.</summary>
    public static string Processor()
    {
        const string File = "/proc/cpuinfo";
        var name = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return name?[(name.IndexOf(':', StringComparison.Ordinal) + 2)..] ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
