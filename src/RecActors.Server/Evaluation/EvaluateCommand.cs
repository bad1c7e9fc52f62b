using System.CommandLine;
using RecActors.Hosting;
using RecActors.Protocols;
using RecActors.Reports;
using Spectre.Console;

namespace RecActors.Evaluation;

/// <summary><c>recactors evaluate</c>: how good are which recommendations on a data set?</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var options = new EvaluateOptions();
        var command = new Command(
            "evaluate",
            "Measure models on a data set: fit, replay, rank the whole catalog. Default: this product on the shipped MovieLens sample, its last 20 % arriving one by one.");
        options.AddTo(command);
        command.Subcommands.Add(ModelCardCommand.Create());
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var request = options.Read(parsed);
            var console = AnsiConsole.Console;
            using var settings = new EvaluationSettings(request.ConfigFile);
            var data = await Task.Run(() => request.ReadData(settings.FeedbackPolicy, cancellationToken), cancellationToken);
            if (request.Protocol == Protocol.KFold)
            {
                await RatingEvaluation.RunAsync(console, data, request, cancellationToken);
                return 0;
            }

            var plan = EvaluationPlan.Of(data, request.Protocol, request.ProtocolOptions);
            var start = new EvaluationStart(data, plan, request, settings);
            var result = await EvaluationBars.RunAsync(console, progress => start.Run(progress, cancellationToken));
            EvaluationTable.Write(console, result);
            if (request.ReportPath is { } path)
            {
                var isJson = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
                await (isJson ? JsonFigures.WriteAsync(result, path, cancellationToken) : HtmlReport.WriteAsync(result, path, cancellationToken));
            }

            return 0;
        }));
        return command;
    }
}
