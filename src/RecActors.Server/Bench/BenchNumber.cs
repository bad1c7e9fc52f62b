using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RecActors.Bench;

/// <summary>An option of a benchmark that is a number from 1.</summary>
internal static class BenchNumber
{
    public static Option<int> Create(string name, int usual, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: {usual}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (!All<int>(result, number => number > 0))
            {
                result.AddError($"{name} is at least 1.");
            }
        });
        return option;
    }

    /// <summary>
    /// Whether a rule holds for all numbers that an option was given. What is no number passes, since the parser has an error for it: to ask the result for its value would throw
    /// before that is told.
    /// </summary>
    public static bool All<T>(OptionResult result, Func<T, bool> rule)
        where T : IParsable<T> =>
        result.Tokens.All(token => !T.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) || rule(number));
}
