using System.Collections;
using System.Globalization;

namespace RecActors.Compatibility;

/// <summary>A message as text, member by member, so that instances of two builds can be compared.</summary>
internal static class WireText
{
    /// <param name="value">A message, or a part of one.</param>
    /// <param name="shown">The numbers of the members to show, by alias; a type that is not in it shows all.</param>
    public static string Of(object? value, IReadOnlyDictionary<string, int[]> shown) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        byte[] bytes => Convert.ToHexString(bytes),
        Exception exception => $"{exception.GetType().Name}({exception.Message})",
        Enum => $"{value.GetType().Name}.{value}",
        _ when WireShape.IsWireType(value.GetType()) => OfMembers(value, shown),
        IDictionary dictionary => $"{{{string.Join(", ", dictionary.Keys.Cast<object>().Select(key => $"{Of(key, shown)}: {Of(dictionary[key], shown)}"))}}}",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(element => Of(element, shown)))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string OfMembers(object value, IReadOnlyDictionary<string, int[]> shown)
    {
        var alias = WireShape.AliasOf(value.GetType());
        var only = alias is not null && shown.TryGetValue(alias, out var numbers) ? numbers : null;
        var members = WireShape.MembersOf(value.GetType())
            .Where(member => only is null || only.Contains(member.Key))
            .Select(member => $"{member.Key}: {Of(member.Value.GetValue(value), shown)}");
        return $"{alias}({string.Join(", ", members)})";
    }
}
