using System.CommandLine;
using RecActors.Demo;
using RecActors.Hosting;
using RecActors.Importing;
using RecActors.Sample;
using RecActors.Training;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors demo</c>: from nothing to recommendations that move, on MovieLens.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var once = new Option<bool>("--once") { Description = "End after the tour instead of serving." };
        var user = new Option<string>("--user")
        {
            Description = "The MovieLens user (1 to 610) whose recommendations are shown.",
            HelpName = "ID",
            DefaultValueFactory = _ => "15",
        };

        var command = new Command("demo", "Import MovieLens, train, show recommendations move with new actions, and keep serving.");
        common.AddTo(command);
        command.Options.Add(once);
        command.Options.Add(user);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            // Until the first model is trained the sample is served from item statistics alone, to nobody: the training may have all cores.
            var settings = common.Read(parsed) with
            {
                Roles = SiloRoleNames.Default,
                Redis = ServerSettings.NoRedis,
                ColdStart = true,
                TrainingThreads = Environment.ProcessorCount,
                MinimumLogLevel = LogLevel.Warning,
            };
            await using var app = ServerHost.Build(settings);
            await RunAsync(app, settings, parsed.GetRequiredValue(user), cancellationToken);
            if (!parsed.GetValue(once))
            {
                AnsiConsole.MarkupLineInterpolated($"Serving on [bold]{AddressOf(app)}[/]; Ctrl+C ends it. The README has calls to try.");
                await app.WaitForShutdownAsync(cancellationToken);
            }

            await app.StopAsync(CancellationToken.None);
            return 0;
        }));
        return command;
    }

    private static async Task RunAsync(WebApplication app, ServerSettings settings, string userId, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Console;
        var time = app.Services.GetRequiredService<TimeProvider>();
        var times = new StepTimes(time);
        var marker = new ImportMarker(settings.DataFolder, "ml-latest-small");
        if (!marker.IsSet)
        {
            await times.MeasureAsync("import", () => new DataSetImport(app, console, rejectLimit: 0).RunAsync(MovieLensSample.Open(), cancellationToken));
            marker.Set();
        }

        await times.MeasureAsync("start the server", () => app.StartAsync(cancellationToken));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var refits = new Refits(grains, console, time);
        if (await refits.ServingVersionAsync(stopping.Token) == 0)
        {
            await times.MeasureAsync("train and promote", () => refits.RunAsync(new RefitRequest("demo"), stopping.Token));
        }

        using var http = new HttpClient { BaseAddress = AddressOf(app) };
        await new DemoTour(new RecommenderClient(http), grains, console, times, time).RunAsync(userId, stopping.Token);
        console.WriteLine();
        console.Write(times.ToTable());
    }

    /// <summary>An address of the started server that this machine can call.</summary>
    private static Uri AddressOf(WebApplication app)
    {
        var address = app.Urls.First().Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal);
        var uri = new UriBuilder(address);
        uri.Host = uri.Host is "0.0.0.0" or "[::]" ? "localhost" : uri.Host;
        return uri.Uri;
    }
}
