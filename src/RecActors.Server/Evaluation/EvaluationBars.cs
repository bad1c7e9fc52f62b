using RecActors.CommandLine;
using Spectre.Console;

namespace RecActors.Evaluation;

/// <summary>A bar for each model's fit and replay, with the time that it will still take.</summary>
internal static class EvaluationBars
{
    public static Task<EvaluationResult> RunAsync(IAnsiConsole console, Func<IProgress<EvaluationProgress>, EvaluationResult> run) =>
        console.Bars().StartAsync(context => Task.Run(() => run(new Bars(context))));

    private sealed class Bars(ProgressContext context) : IProgress<EvaluationProgress>
    {
        private readonly Dictionary<(string, bool), ProgressTask> _bars = [];

        public void Report(EvaluationProgress value)
        {
            // A model's fit and its replay are a bar each: they take unlike times.
            var isReplay = value.Step.StartsWith("replay", StringComparison.Ordinal);
            if (!_bars.TryGetValue((value.Model, isReplay), out var bar))
            {
                if (isReplay && _bars.TryGetValue((value.Model, false), out var fit))
                {
                    fit.Value = fit.MaxValue;
                    fit.StopTask();
                }

                _bars.Add((value.Model, isReplay), bar = context.AddTask(Markup.Escape(value.Model), maxValue: 1));
            }

            bar.Description = Markup.Escape($"{value.Model}: {value.Step}");
            bar.Value = value.Fraction;
        }
    }
}
