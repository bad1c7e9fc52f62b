using System.CommandLine;
using System.Globalization;
using RecActors.CommandLine;
using RecActors.Formats;
using RecActors.Hosting;
using RecActors.Protocols;
using RecActors.Retrieval;

namespace RecActors.Evaluation;

/// <summary>The options of <c>recactors evaluate</c>.</summary>
internal sealed class EvaluateOptions
{
    private static readonly Dictionary<string, DataFormat> Formats = new()
    {
        ["movielens"] = DataFormat.MovieLens,
        ["lightgcn"] = DataFormat.LightGcn,
        ["sequences"] = DataFormat.Sequences,
        ["tsv"] = DataFormat.Tsv,
        ["jsonl"] = DataFormat.Jsonl,
    };

    private static readonly Dictionary<string, Protocol> Protocols = new()
    {
        ["prequential"] = Protocol.Prequential,
        ["split"] = Protocol.Split,
        ["leave-last-out"] = Protocol.LeaveLastOut,
        ["kfold"] = Protocol.KFold,
    };

    private static readonly Dictionary<string, Similarity> Similarities = new()
    {
        ["dot"] = Similarity.DotProduct,
        ["cosine"] = Similarity.Cosine,
        ["euclidean"] = Similarity.Euclidean,
    };

    private readonly CommonOptions _common = new();

    private readonly Option<string> _data = new("--data") { Description = "The data set's folder or file. Default: the shipped MovieLens sample.", HelpName = "PATH" };

    private readonly Option<string> _items = new("--items") { Description = "The items' attributes beside a tsv or jsonl file: .csv, .tsv or .jsonl.", HelpName = "FILE" };

    private readonly Option<string> _format = Choice("--format", "How --data is laid out.", Formats.Keys, "movielens");

    private readonly Option<string> _protocol = Choice("--protocol", "How it is divided. Default: split for lightgcn, else prequential.", Protocols.Keys, null);

    private readonly Option<string[]> _models = new("--model")
    {
        Description = $"The models, several by commas or by repeating it: {string.Join(", ", RecommenderCatalog.Names)}; with -frozen at its end a model is told nothing after its fit.",
        HelpName = "NAME,NAME",
        DefaultValueFactory = _ => ["recactors,recent-popular"],
    };

    private readonly Option<string[]> _without = new("--without")
    {
        Description = $"Leave sources of candidates or groups of features out of recactors: {string.Join(", ", EvaluateRequest.Leavable)}.",
        HelpName = "NAME,NAME",
    };

    private readonly Option<string> _similarity = Choice("--similarity", "How recactors and itemknn compare vectors. Default: as configured, dot, and cosine.", Similarities.Keys, null);

    private readonly Option<double> _fraction = new("--train-fraction") { Description = "Share of the actions, by time, that prequential trains on.", HelpName = "SHARE", DefaultValueFactory = _ => .8 };

    private readonly Option<int> _folds = new("--folds") { Description = "Parts that kfold divides the ratings into, each predicted from the others.", HelpName = "N", DefaultValueFactory = _ => 5 };

    private readonly Option<string> _lags = new("--lag") { Description = "Hold back each user's latest N actions: what is freshness worth? Several by commas.", HelpName = "N,N", DefaultValueFactory = _ => "0" };

    private readonly Option<string?> _lambdas = new("--lambda") { Description = "Ask recactors for more diverse lists, too: λ of maximal marginal relevance, 0 to 1. Several by commas.", HelpName = "L,L" };

    private readonly Option<string> _cutoffs = new("--k") { Description = "Cutoffs of the metrics, 1 to 50.", HelpName = "K,K", DefaultValueFactory = _ => "10,20" };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "N", DefaultValueFactory = _ => 1 };

    private readonly Option<int> _every = new("--every") { Description = "Ask every n-th question only; all actions are fed.", HelpName = "N", DefaultValueFactory = _ => 1 };

    private readonly Option<int?> _limit = new("--limit") { Description = "End after so many questions.", HelpName = "N" };

    private readonly Option<int?> _sampled = new("--sampled") { Description = "Rank only the relevant and N random items, as some papers do; such figures compare with nothing else.", HelpName = "N" };

    private readonly Option<string?> _predictions = new("--predictions") { Description = "Write user, question and the first 50 items of every answer.", HelpName = "FILE.tsv" };

    private readonly Option<string?> _report = new("--report") { Description = "Write the figures with plots as HTML, or, to a .json file, as JSON.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        Option[] options =
            [_data, _items, _format, _protocol, _models, _without, _similarity, _fraction, _folds, _lags, _lambdas, _cutoffs, _seed, _every, _limit, _sampled, _predictions, _report, _common.Config];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="StartupException">An option's value makes no sense.</exception>
    public EvaluateRequest Read(ParseResult parsed)
    {
        var format = Formats[parsed.GetRequiredValue(_format)];
        var fraction = parsed.GetValue(_fraction);
        Require(fraction is > 0 and < 1, "--train-fraction must be between 0 and 1.");
        var cutoffs = Numbers(parsed.GetRequiredValue(_cutoffs), "--k", 1, ReplayOptions.ListLength);
        var lags = Numbers(parsed.GetRequiredValue(_lags), "--lag", 0, int.MaxValue);
        Require(parsed.GetValue(_folds) is >= 2 and <= 1000, "--folds must be from 2 to 1000.");
        Require(parsed.GetValue(_every) >= 1, "--every must be at least 1.");
        Require(parsed.GetValue(_limit) is null or >= 1, "--limit must be at least 1.");
        Require(parsed.GetValue(_sampled) is null or >= 1, "--sampled must be at least 1.");
        return new EvaluateRequest
        {
            Path = parsed.GetValue(_data),
            ItemsPath = parsed.GetValue(_items),
            Format = format,
            Protocol = parsed.GetValue(_protocol) is { } protocol ? Protocols[protocol] : format == DataFormat.LightGcn ? Protocol.Split : Protocol.Prequential,
            ProtocolOptions = new ProtocolOptions { TrainFraction = fraction, Seed = parsed.GetValue(_seed) },
            Models = [.. parsed.GetRequiredValue(_models).SelectMany(Parts)],
            Without = [.. (parsed.GetValue(_without) ?? []).SelectMany(Parts).Select(Leavable)],
            Similarity = parsed.GetValue(_similarity) is { } similarity ? Similarities[similarity] : null,
            Folds = parsed.GetValue(_folds),
            Lags = lags,
            Lambdas = Shares(parsed.GetValue(_lambdas) ?? "", "--lambda"),
            Replay = new ReplayOptions
            {
                Cutoffs = cutoffs,
                Every = parsed.GetValue(_every),
                Limit = parsed.GetValue(_limit),
                Sampled = parsed.GetValue(_sampled),
                Seed = parsed.GetValue(_seed),
            },
            PredictionsPath = parsed.GetValue(_predictions),
            ReportPath = parsed.GetValue(_report),
            ConfigFile = parsed.GetValue(_common.Config)?.FullName,
        };
    }

    private static Option<string> Choice(string name, string description, IEnumerable<string> values, string? byDefault)
    {
        var option = new Option<string>(name) { Description = description };
        if (byDefault is not null)
        {
            option.DefaultValueFactory = _ => byDefault;
        }

        return option.AcceptOnlyFromAmong([.. values]);
    }

    private static string Leavable(string name) =>
        EvaluateRequest.Leavable.FirstOrDefault(leavable => leavable.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new StartupException($"--without takes {string.Join(", ", EvaluateRequest.Leavable)}, not '{name}'.");

    private static int[] Numbers(string text, string option, int least, int most)
    {
        var parts = Parts(text).Select(part => int.TryParse(part, out var number) ? number : -1).Distinct().Order().ToArray();
        Require(parts.Length > 0 && parts.All(number => number >= least && number <= most), $"{option} takes numbers from {least}{(most < int.MaxValue ? $" to {most}" : " on")}, separated by commas.");
        return parts;
    }

    private static float[] Shares(string text, string option)
    {
        var shares = Parts(text).Select(part => float.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) ? share : -1).Distinct().OrderDescending().ToArray();
        Require(shares.All(share => share is >= 0 and <= 1), $"{option} takes numbers from 0 to 1, separated by commas.");
        return shares;
    }

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new StartupException(otherwise);
        }
    }
}
