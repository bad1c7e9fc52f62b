using System.CommandLine;
using RecActors.Hosting;
using RecActors.Reports;

namespace RecActors.Evaluation;

/// <summary><c>recactors evaluate card</c>: the tables of a model card from the JSON reports of evaluations.</summary>
internal static class ModelCardCommand
{
    public static Command Create()
    {
        var figures = new Option<string>("--figures") { Description = "The folder of the JSON reports.", HelpName = "DIR", Required = true };
        var card = new Option<string>("--card") { Description = "The page whose tables are filled; see docs/evaluation.md.", HelpName = "FILE.md", Required = true };
        var command = new Command("card", "Fill the tables of a model card from JSON reports.");
        command.Options.Add(figures);
        command.Options.Add(card);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var path = parsed.GetRequiredValue(card);
            var page = await File.ReadAllTextAsync(path, cancellationToken);
            await File.WriteAllTextAsync(path, ModelCard.Fill(page, parsed.GetRequiredValue(figures)), cancellationToken);
            return 0;
        }));
        return command;
    }
}
