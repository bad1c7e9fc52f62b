using System.CommandLine;
using System.Globalization;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>The options that all benchmarks share.</summary>
internal sealed class BenchCommandOptions
{
    private readonly Option<Uri?> _url = new("--url") { Description = "Measure the server that runs here instead of starting one.", HelpName = "URL", CustomParser = Address };
    private readonly Option<int?> _pid = new("--pid") { Description = "Process id of that server, to tell its CPU.", HelpName = "PID" };
    private readonly Option<bool> _remote = new("--allow-remote") { Description = "Put load on a machine that is not this one." };
    private readonly Option<DirectoryInfo> _data = new("--data")
    {
        Description = "The data folder that the started server gets a copy of.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(ServerSettings.DefaultDataFolder),
    };

    private readonly Option<string?> _redis = new("--redis") { Description = "The Redis that the started server uses instead; the load stays in it.", HelpName = "CONNECTION" };
    private readonly Option<string?> _redisFsync = new Option<string?>("--redis-fsync") { Description = "A redis-server is started for the server, which syncs its log so often." }
        .AcceptOnlyFromAmong("always", "everysec", "no");

    private readonly Option<FileInfo> _config = new Option<FileInfo>("--config") { Description = "Settings of the started server.", HelpName = "FILE" }.AcceptExistingOnly();
    private readonly Option<string[]> _environment = new("--env") { Description = "Environment of the started server, such as DOTNET_gcServer=0; may be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<int> _connections = Number("--connections", 64, "Connections of closed loops.");
    private readonly Option<int> _rounds = Number("--rounds", 3, "How often everything is measured.");
    private readonly Option<double> _seconds = Fraction("--seconds", 5, "How long each measurement takes.");
    private readonly Option<double> _overload = Fraction("--overload-seconds", 60, "How long an overload lasts.");
    private readonly Option<double> _warmUp = Fraction("--warm-up", 15, "Seconds of load before anything counts: a fresh process is three times slower.");
    private readonly Option<double> _exponent = Fraction("--zipf", 1, "Exponent of Zipf's law, by which users and items are drawn; 0 draws all alike.");
    private readonly Option<double> _actionShare = Fraction("--actions", 0.2, "Share of actions in the mix.");
    private readonly Option<int> _batch = Number("--batch", 100, "Actions in a batch.");
    private readonly Option<int> _users = Number("--users", 10_000, "Users that batches are spread over.");
    private readonly Option<int> _millions = Number("--millions", 5, "Millions of actions that are written to see whether the rate falls.");
    private readonly Option<bool> _asArray = new("--array") { Description = "Batches as JSON arrays instead of NDJSON." };
    private readonly Option<bool> _coldMix = new("--mix") { Description = "A cold process gets questions and actions one by one instead of batches, whatever is said of those (cold)." };
    private readonly Option<DirectoryInfo?> _plots = new("--plots") { Description = "Folder that is drawn into: the cost by sizes of batches (ingest), times by what is offered (ramp).", HelpName = "DIR" };
    private readonly Option<double[]> _shares = Rising("--shares", [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1], "Rates of a ramp's steps as shares of the peak.");

    public void AddTo(Command command)
    {
        AddMeasuringTo(command);
        Option[] all = [_url, _pid, _remote, _data, _redis, _redisFsync, _overload, _actionShare, _batch, _users, _millions, _asArray, _coldMix, _plots, _shares];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Only what says how a server is measured that the benchmark starts on data of its own.</summary>
    public void AddMeasuringTo(Command command)
    {
        Option[] all = [_config, _environment, _connections, _rounds, _seconds, _warmUp, _exponent];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    public BenchSettings Read(ParseResult parsed) => new()
    {
        Url = parsed.GetValue(_url),
        ServerId = parsed.GetValue(_pid),
        AllowRemote = parsed.GetValue(_remote),
        Data = parsed.GetValue(_data) ?? new DirectoryInfo(ServerSettings.DefaultDataFolder),
        Redis = parsed.GetValue(_redis),
        RedisFsync = parsed.GetValue(_redisFsync),
        Config = parsed.GetValue(_config),
        Environment = (parsed.GetValue(_environment) ?? []).Select(Pair).ToDictionary(pair => pair.Name, pair => pair.Value),
        Connections = parsed.GetValue(_connections),
        Rounds = parsed.GetValue(_rounds),
        Length = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
        Overload = TimeSpan.FromSeconds(parsed.GetValue(_overload)),
        WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
        Exponent = parsed.GetValue(_exponent),
        ActionShare = parsed.GetValue(_actionShare),
        Batch = parsed.GetValue(_batch),
        Users = parsed.GetValue(_users),
        Millions = parsed.GetValue(_millions),
        AsArray = parsed.GetValue(_asArray),
        ColdMix = parsed.GetValue(_coldMix),
        Plots = parsed.GetValue(_plots),
        Shares = parsed.GetValue(_shares) ?? [],
    };

    private static Uri? Address(System.CommandLine.Parsing.ArgumentResult given)
    {
        if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp)
        {
            return url;
        }

        given.AddError($"{given.Tokens[0].Value} is no address such as http://127.0.0.1:8088.");
        return null;
    }

    private static (string Name, string Value) Pair(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? (text[..at], text[(at + 1)..])
        : throw new StartupException($"--env {text}: write NAME=VALUE.");

    private static Option<int> Number(string name, int usual, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: {usual}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Require(BenchNumber.All<int>(result, number => number > 0), result, name));
        return option;
    }

    private static Option<double> Fraction(string name, double usual, string description)
    {
        var option = new Option<double>(name) { Description = FormattableString.Invariant($"{description} Default: {usual}."), HelpName = "X", DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Require(BenchNumber.All<double>(result, number => double.IsFinite(number) && number >= 0), result, name));
        return option;
    }

    private static Option<double[]> Rising(string name, double[] usual, string description)
    {
        return new Option<double[]>(name)
        {
            Description = FormattableString.Invariant($"{description} Several may follow, each higher than the one before. Default: {string.Join(' ', usual.Select(one => one.ToString(CultureInfo.InvariantCulture)))}."),
            HelpName = "X",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => usual,
            CustomParser = given => Rising(given, name),
        };
    }

    private static double[]? Rising(System.CommandLine.Parsing.ArgumentResult given, string name)
    {
        var values = new double[given.Tokens.Count];
        for (var index = 0; index < values.Length; index++)
        {
            if (!double.TryParse(given.Tokens[index].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out values[index])
                || !(double.IsFinite(values[index]) && values[index] > (index == 0 ? 0 : values[index - 1])))
            {
                given.AddError($"{name} {given.Tokens[index].Value}: these are numbers above 0, each higher than the one before.");
                return null;
            }
        }

        return values;
    }

    private static void Require(bool holds, System.CommandLine.Parsing.OptionResult result, string name)
    {
        if (!holds)
        {
            result.AddError($"{name} is out of range.");
        }
    }
}
