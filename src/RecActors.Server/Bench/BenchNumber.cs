using System.CommandLine;

namespace RecActors.Bench;

/// <summary>An option of a benchmark that is a number from 1.</summary>
internal static class BenchNumber
{
    public static Option<int> Create(string name, int usual, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: {usual}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} is at least 1.");
            }
        });
        return option;
    }
}
