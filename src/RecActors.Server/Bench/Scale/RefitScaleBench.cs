using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Journal;

namespace RecActors.Bench.Scale;

/// <summary>What a refit of so many actions costs: a server on a synthetic site is asked for one, and watched until it has ended.</summary>
internal sealed class RefitScaleBench(int items, int events, int actionsPerUser, TimeProvider time)
{
    private const string Running = "Running";

    /// <summary>What the trainer says last; what is left is publishing.</summary>
    private const string TrainerIsDone = "Completed";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly Uri Refit = new("/api/refit", UriKind.Relative);

    /// <summary>Nothing but the refit that is measured: not even the first one, which a server begins by itself when it has been up for a while.</summary>
    private static readonly Dictionary<string, string> Quiet = new()
    {
        ["RECACTORS_RecActors__Refit__MinimumActions"] = long.MaxValue.ToString(CultureInfo.InvariantCulture),
    };

    public async Task<RefitScaleRow> RunAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        var site = new StartSite(items, events, actionsPerUser);
        var folder = Directory.CreateTempSubdirectory("recactors-bench-refit-");
        try
        {
            tell($"writing {events:N0} actions of {site.Users:N0} users");
            await WriteAsync(site, folder, cancellationToken);
            tell("starting the server");
            await using var server = await BenchProcess.StartAsync(
                ["serve", "--cold-start", "--roles", RefitBench.Roles, "--data", folder.FullName], "/api/health/ready", Quiet, time, cancellationToken);
            using var process = Process.GetProcessById(server.Id);
            using var http = new HttpClient { BaseAddress = server.Address };
            var (before, cpu) = (ResidentBytes(process), process.TotalProcessorTime);
            var (stages, outcome) = await WatchAsync(http, process, tell, cancellationToken);
            process.Refresh();
            return new RefitScaleRow
            {
                Events = events,
                Items = items,
                Users = site.Users,
                Stages = stages,
                Seconds = stages.Sum(stage => stage.Seconds),
                CpuSeconds = (process.TotalProcessorTime - cpu).TotalSeconds,
                BytesBefore = before,
                Outcome = outcome,
                At = time.GetUtcNow(),
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(StartSite site, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        using var host = await BenchStores.OpenAsync(folder, cancellationToken);
        await site.WriteAsync(host.Services.GetRequiredService<ICatalogStore>(), host.Services.GetRequiredService<IUserJournal>(), cancellationToken);
    }

    /// <exception cref="StartupException">The refit failed.</exception>
    private async Task<(List<RefitStage> Stages, string Outcome)> WatchAsync(HttpClient http, Process process, Action<string> tell, CancellationToken cancellationToken)
    {
        using var started = await http.PostAsJsonAsync(Refit, new { Reason = "bench", Promote = false, Force = true }, cancellationToken);
        started.EnsureSuccessStatusCode();
        var stages = new List<RefitStage>();
        var (name, since, peak) = ("", time.GetTimestamp(), 0L);
        while (true)
        {
            var status = await http.GetFromJsonAsync<JsonElement>(Refit, cancellationToken);
            var (state, stage) = (status.GetProperty("State").GetString()!, status.GetProperty("Stage").GetString()!.Split(':')[0]);
            if (stage != name && !(state == Running && stage == TrainerIsDone))
            {
                Close(stage);
            }

            process.Refresh();
            peak = Math.Max(peak, ResidentBytes(process));
            if (state != Running)
            {
                var message = status.TryGetProperty("Message", out var text) ? text.GetString() : null;
                return state is "Failed" or "Cancelled" ? throw new StartupException($"The refit is {state}: {message}") : (stages, state);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        void Close(string next)
        {
            if (name.Length > 0)
            {
                stages.Add(new RefitStage(name, time.GetElapsedTime(since).TotalSeconds, peak));
            }

            tell(next);
            (name, since, peak) = (next, time.GetTimestamp(), 0);
        }
    }

    private static long ResidentBytes(Process process) => process.WorkingSet64;
}
