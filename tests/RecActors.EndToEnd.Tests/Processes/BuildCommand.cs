using System.ComponentModel;
using System.Diagnostics;

namespace RecActors.Processes;

/// <summary>Runs programs that build something, to their ends.</summary>
internal static class BuildCommand
{
    /// <summary>Runs a program; an exit code that is not 0 fails the test with what it printed.</summary>
    public static async Task SucceedAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync(start, cancellationToken);
        Assert.True(exitCode == 0, $"{start.FileName} {start.Arguments}{string.Join(' ', start.ArgumentList)} ended with {exitCode}:\n{output}");
    }

    /// <summary>Runs a program; returns what it printed. One that is not installed ends with -1.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // The build of today may be the parent of this process; its settings are not those of another one.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            return (-1, failure.Message);
        }

        using (process)
        {
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = process.StandardError.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                return (process.ExitCode, await output + await errors);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
    }
}
