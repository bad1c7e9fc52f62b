using System.CommandLine;
using RecActors.Hosting;
using Spectre.Console;

namespace RecActors.Bench.Scale;

/// <summary><c>recactors bench scale</c>: what answers cost on synthetic sites of several sizes.</summary>
internal sealed class ScaleCommand
{
    private static readonly ScaleShape Common = new(Items: 100_000, History: 50, Users: 10_000);

    private readonly BenchCommandOptions _options = new();
    private readonly Option<int[]> _items = Sizes("--items", Common.Items, "Items of the catalog.");
    private readonly Option<int[]> _history = Sizes("--history", Common.History, "Items in the histories of those who ask.");
    private readonly Option<int[]> _users = Sizes("--stored-users", Common.Users, "Users with stored actions.");
    private readonly Option<DirectoryInfo> _sites = new("--sites")
    {
        Description = "Where the synthetic sites are kept: one is made once.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("scale-sites"),
    };

    private readonly Option<FileInfo> _rows = new("--rows")
    {
        Description = "Where what was measured is added, a JSON object a line. What is there already is not measured again.",
        HelpName = "FILE",
        DefaultValueFactory = _ => new FileInfo("scale.ndjson"),
    };

    private readonly Option<bool> _again = new("--again") { Description = "Measure again; tables have the medians." };
    private readonly Option<bool> _prepare = new("--prepare") { Description = "Only make the sites." };
    private readonly Option<bool> _report = new("--report") { Description = "Only print what was measured." };
    private readonly Option<bool> _exact = new("--exact") { Description = "Let the server scan all vectors instead of building an index; not in the tables." };
    private readonly Option<double> _indexMinutes = new("--index-minutes")
    {
        Description = "How long to wait for an index that does not come with the model: a server builds it beside serving.",
        HelpName = "MINUTES",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<DirectoryInfo?> _plots = new("--plots") { Description = "Draw the tables into this folder.", HelpName = "DIR" };

    public static Command Create() => new ScaleCommand().Build();

    private Command Build()
    {
        var command = new Command("scale", "What recommendations cost on synthetic sites: by items of the catalog, length of histories, stored users. Several sizes make a site for each combination.");
        Option[] all = [_items, _history, _users, _sites, _rows, _again, _prepare, _report, _exact, _indexMinutes, _plots];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }

        _options.AddMeasuringTo(command);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = _options.Read(parsed);
        var rows = new ScaleRows(parsed.GetRequiredValue(_rows));
        var report = new BenchReport(Console.Out);
        report.Head(settings, "recactors bench scale");
        if (!parsed.GetValue(_report))
        {
            foreach (var shape in Shapes(parsed))
            {
                await MeasureAsync(parsed, settings, shape, rows, cancellationToken);
            }
        }

        if (!parsed.GetValue(_prepare))
        {
            new ScaleReport(await rows.ReadAsync(cancellationToken), report).Write(Common, parsed.GetValue(_plots));
        }

        return 0;
    }

    private async Task MeasureAsync(ParseResult parsed, BenchSettings settings, ScaleShape shape, ScaleRows rows, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var indexed = !parsed.GetValue(_exact);
        if (!parsed.GetValue(_again) && (await rows.ReadAsync(cancellationToken)).Any(row => row.IsOf(shape, indexed)))
        {
            console.MarkupLineInterpolated($"{shape}: measured before.");
            return;
        }

        console.MarkupLineInterpolated($"{shape}");
        var folder = await new ScaleSite(shape, parsed.GetRequiredValue(_sites), console, TimeProvider.System).PrepareAsync(cancellationToken);
        if (parsed.GetValue(_prepare))
        {
            return;
        }

        // What made the site is not to take the memory of what is measured.
        GC.Collect();
        console.MarkupLine("starting");
        await using var target = await BenchTarget.StartAsync(With(settings, folder, indexed), TimeProvider.System, cancellationToken);
        var row = await new ScaleBench(target, settings, shape, TimeSpan.FromMinutes(parsed.GetValue(_indexMinutes)), TimeProvider.System).RunAsync(
            indexed, step => console.MarkupLineInterpolated($"{step}"), cancellationToken);
        await rows.AddAsync(row with { Build = BenchReport.Version(), Machine = BenchReport.Processor() }, cancellationToken);
    }

    private static BenchSettings With(BenchSettings settings, DirectoryInfo folder, bool indexed) => settings with
    {
        Data = folder,
        Environment = indexed ? settings.Environment : new Dictionary<string, string>(settings.Environment)
        {
            ["RECACTORS_RecActors__Retrieval__FromRows"] = $"{int.MaxValue}",
        },
    };

    private List<ScaleShape> Shapes(ParseResult parsed) =>
    [
        .. from items in parsed.GetRequiredValue(_items)
           from history in parsed.GetRequiredValue(_history)
           from users in parsed.GetRequiredValue(_users)
           select new ScaleShape(items, history, users),
    ];

    private static Option<int[]> Sizes(string name, int usual, string description)
    {
        var option = new Option<int[]>(name)
        {
            Description = FormattableString.Invariant($"{description} Several may follow. Default: {usual}."),
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [usual],
        };
        option.Validators.Add(result =>
        {
            if (!BenchNumber.All<int>(result, size => size > 0))
            {
                result.AddError($"{name} is out of range.");
            }
        });
        return option;
    }
}
