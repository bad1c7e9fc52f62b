using System.Text.RegularExpressions;

namespace RecActors.Deploy;

/// <summary>A PromQL expression: the series and the labels that it names.</summary>
internal sealed partial record Expression(string Where, string Text)
{
    private static readonly HashSet<string> Words = ["sum", "max", "min", "avg_over_time", "rate", "increase", "histogram_quantile", "time", "unless"];

    public IEnumerable<string> Series =>
        Word().Matches(Interval().Replace(Grouping().Replace(Selector().Replace(Text, ""), ""), "")).Select(match => match.Value).Where(word => !Words.Contains(word)).Distinct();

    public IEnumerable<string> Labels =>
        Selector().Matches(Text).SelectMany(selector => SelectorLabel().Matches(selector.Value)).Select(match => match.Groups[1].Value)
            .Concat(Grouping().Matches(Text).SelectMany(group => group.Groups[1].Value.Split(',')).Select(label => label.Trim()))
            .Distinct();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(=~|!~|!=|=)")]
    private static partial Regex SelectorLabel();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Interval();

    [GeneratedRegex("[a-zA-Z_][a-zA-Z0-9_]*")]
    private static partial Regex Word();
}
