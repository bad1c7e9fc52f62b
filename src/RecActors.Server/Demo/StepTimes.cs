using Spectre.Console;

namespace RecActors.Demo;

/// <summary>How long each step of the tour took.</summary>
internal sealed class StepTimes(TimeProvider time)
{
    private readonly List<(string Step, TimeSpan Took)> _steps = [];

    public async Task<T> MeasureAsync<T>(string step, Func<Task<T>> action)
    {
        var start = time.GetTimestamp();
        var result = await action();
        _steps.Add((step, time.GetElapsedTime(start)));
        return result;
    }

    public Task MeasureAsync(string step, Func<Task> action) => MeasureAsync(step, async () =>
    {
        await action();
        return true;
    });

    public Table ToTable()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Step").AddColumn(new TableColumn("Time").RightAligned());
        foreach (var (step, took) in _steps)
        {
            table.AddRow(Markup.Escape(step), took.TotalSeconds >= 1 ? $"{took.TotalSeconds:F1} s" : $"{took.TotalMilliseconds:F1} ms");
        }

        return table;
    }
}
