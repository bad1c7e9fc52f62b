using System.Globalization;
using System.Text.Json;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Bench;

/// <summary>How soon a server that is started on a data folder is ready and gives its first correct answer, and what takes the time.</summary>
internal sealed class StartBench(StartSite site, int rounds, int actionsBeforeKill, TextWriter output, TimeProvider time)
{
    /// <summary>Nobody acts for this user while servers run.</summary>
    private const string Probe = "u0";

    private const int Answers = 10;
    private const int ActionsPerBatch = 1_000;
    private const long Version = 1;
    private const string PartMetric = "recactors_start_duration_seconds{";

    private static readonly string[] Parts = ["check", "storage", "catalog", "model", "statistics", "process"];
    private static readonly Dictionary<string, string> NoEnvironment = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("recactors-bench-start-");
        try
        {
            var began = time.GetTimestamp();
            var cut = await PrepareAsync(folder, host => ImportAsync(host, cancellationToken), cancellationToken);
            var expected = site.ActionsOf(Probe);
            Line($"A site of {site.Users:N0} users is written in {time.GetElapsedTime(began).TotalSeconds:F1} s.");
            Line($"");
            Line($"| | ready, s | first answer, s | {string.Join(" | ", Parts.Select(part => part + ", s"))} |");
            Line($"|---|---|---|{string.Concat(Parts.Select(_ => "---|"))}");
            await StartsAsync(folder, "no model", expected, cancellationToken);
            folder.GetDirectories("snapshots").Single().Delete(recursive: true);
            Row("no model, without snapshots", [await StartAsync(folder, isKilled: false, expected, cancellationToken)]);
            await PrepareAsync(folder, host => PublishAsync(host, cut, cancellationToken), cancellationToken);
            await StartsAsync(folder, "a model", expected, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Works on the stores of a folder that nothing serves from.</summary>
    private static async Task<T> PrepareAsync<T>(DirectoryInfo folder, Func<IHost, Task<T>> work, CancellationToken cancellationToken)
    {
        using var host = await BenchStores.OpenAsync(folder, cancellationToken);
        return await work(host);
    }

    /// <summary>Does what an import does.</summary>
    private async Task<JournalPosition> ImportAsync(IHost host, CancellationToken cancellationToken)
    {
        var cut = await site.WriteAsync(host.Services.GetRequiredService<ICatalogStore>(), host.Services.GetRequiredService<IUserJournal>(), cancellationToken);
        await FirstStart.PrepareAsync(host.Services, cancellationToken);
        return cut;
    }

    private async Task<long> PublishAsync(IHost host, JournalPosition cut, CancellationToken cancellationToken)
    {
        await host.Services.GetRequiredService<IBundleStore>().SaveAsync(BundleCodec.Encode(site.Model(Version, cut)), cancellationToken);
        var registry = JsonSerializer.Serialize(new
        {
            Models = new[] { new ModelDescription { Version = Version, JournalCut = cut.Value, Reason = "bench" } },
            ServingVersion = Version,
            Promotion = 1,
            LastReserved = Version,
            FencingToken = 1,
        });
        await new StoredStateDump(await host.OpenGrainStateAsync(cancellationToken)).WriteAsync("registry", registry, position => position);
        return Version;
    }

    private async Task StartsAsync(DirectoryInfo folder, string what, int expected, CancellationToken cancellationToken)
    {
        Row(what + ", the first start", [await StartAsync(folder, isKilled: false, expected, cancellationToken)]);
        var (stopped, killed) = (new List<StartTime>(), new List<StartTime>());
        for (var round = 0; round < rounds; round++)
        {
            stopped.Add(await StartAsync(folder, isKilled: true, expected, cancellationToken));
            killed.Add(await StartAsync(folder, isKilled: false, expected, cancellationToken));
        }

        Row(what + ", after a stop", stopped);
        Row($"{what}, after {actionsBeforeKill.ToString("N0", CultureInfo.InvariantCulture)} actions and a kill -9", killed);
    }

    private async Task<StartTime> StartAsync(DirectoryInfo folder, bool isKilled, int expected, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var server = await BenchProcess.StartAsync(
            ["serve", "--cold-start", "--roles", "serve,gateway", "--data", folder.FullName], "/api/health/ready", NoEnvironment, time, cancellationToken);
        var ready = time.GetElapsedTime(began);
        using var http = new HttpClient { BaseAddress = server.Address };
        await AnswerAsync(http, expected, cancellationToken);
        var answered = time.GetElapsedTime(began);
        var parts = await PartsAsync(http, cancellationToken);
        if (isKilled)
        {
            await ActAsync(http, seed: server.Id, cancellationToken);
            await server.KillAsync(cancellationToken);
        }

        return new StartTime(ready, answered, parts);
    }

    /// <summary>Does what no snapshot knows yet. All is durable when this returns.</summary>
    private async Task ActAsync(HttpClient http, int seed, CancellationToken cancellationToken)
    {
        foreach (var batch in site.More(seed).Take(actionsBeforeKill).Chunk(ActionsPerBatch))
        {
            var actions = batch.Select(action => new { FeedbackType = "watch", action.UserId, action.ItemId });
            using var answer = await http.PostAsJsonAsync(new Uri("api/feedback", UriKind.Relative), actions, JsonSerializerOptions.Default, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <exception cref="InvalidDataException">It is not the answer of a server that knows every action of the user, and every item.</exception>
    private static async Task AnswerAsync(HttpClient http, int expected, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri($"api/recommend/{Probe}?n={Answers}", UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        var version = long.Parse(answer.Headers.GetValues("X-User-Version").Single(), CultureInfo.InvariantCulture);
        var items = await answer.Content.ReadFromJsonAsync<string[]>(cancellationToken);
        if (version != expected || items!.Distinct().Count() != Answers)
        {
            throw new InvalidDataException($"The first answer has {items!.Length} items and knows {version} of {expected} actions.");
        }
    }

    private static async Task<Dictionary<string, double>> PartsAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        var parts = new Dictionary<string, double>();
        foreach (var line in metrics.Split('\n').Where(line => line.StartsWith(PartMetric, StringComparison.Ordinal)))
        {
            var part = Parts.First(part => line.Contains($"part=\"{part}\"", StringComparison.Ordinal));
            parts[part] = double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        }

        return parts;
    }

    private void Row(string what, List<StartTime> starts) => Line(
        $"| {what} | {Median(starts, start => start.Ready.TotalSeconds):F2} | {Median(starts, start => start.Answered.TotalSeconds):F2} | {string.Join(" | ", Parts.Select(part => Median(starts, start => start.Parts.GetValueOrDefault(part)).ToString("F2", CultureInfo.InvariantCulture)))} |");

    private static double Median(List<StartTime> starts, Func<StartTime, double> of) => starts.Select(of).Order().ElementAt(starts.Count / 2);

    private void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record StartTime(TimeSpan Ready, TimeSpan Answered, Dictionary<string, double> Parts);
}
