using Spectre.Console;

namespace RecActors.Copying;

/// <summary>One bar for each part of a copy. How much there is becomes known at its end, so a bar counts.</summary>
internal sealed class CopyBars(ProgressContext context)
{
    /// <summary>Runs a part and fills its bar.</summary>
    public async Task<long> RunAsync(string part, Func<IProgress<long>, Task<long>> copy)
    {
        var bar = context.AddTask($"Copying {part}");
        bar.IsIndeterminate = true;
        var copied = await copy(new Counter(bar, part));
        bar.Description = $"Copied {copied:N0} {part}";
        bar.IsIndeterminate = false;
        bar.Value = bar.MaxValue;
        bar.StopTask();
        return copied;
    }

    private sealed class Counter(ProgressTask bar, string part) : IProgress<long>
    {
        public void Report(long value) => bar.Description = $"Copying {part}: {value:N0}";
    }
}
