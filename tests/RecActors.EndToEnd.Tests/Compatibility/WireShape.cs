using System.Reflection;

namespace RecActors.Compatibility;

/// <summary>
/// The members of a wire type by the numbers that Orleans writes. Found by name of attribute, so that it works for any build's
/// types, whatever load context they live in.
/// </summary>
internal static class WireShape
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The alias under which the type crosses the wire; null when it is not a wire type.</summary>
    public static string? AliasOf(Type type) =>
        Has(type, "GenerateSerializerAttribute") ? (string?)Find(type, "AliasAttribute")?.ConstructorArguments[0].Value : null;

    public static bool IsWireType(Type type) => Has(type, "GenerateSerializerAttribute");

    /// <summary>The fields that hold the numbered members, by number.</summary>
    public static IReadOnlyDictionary<int, FieldInfo> MembersOf(Type type)
    {
        var members = new SortedDictionary<int, FieldInfo>();
        for (var level = type; level is not null; level = level.BaseType)
        {
            foreach (var field in level.GetFields(Declared).Where(field => Has(field, "IdAttribute")))
            {
                members.Add(NumberOf(field), field);
            }

            foreach (var property in level.GetProperties(Declared).Where(property => Has(property, "IdAttribute")))
            {
                members.Add(NumberOf(property), level.GetField($"<{property.Name}>k__BackingField", Declared)!);
            }
        }

        return members;
    }

    /// <summary>The numbers of the members of a type and of every wire type within it, by alias.</summary>
    public static SortedDictionary<string, int[]> Of(Type type)
    {
        var shape = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        Visit(type);
        return shape;

        void Visit(Type visited)
        {
            if (visited.IsArray)
            {
                Visit(visited.GetElementType()!);
            }

            foreach (var argument in visited.GenericTypeArguments)
            {
                Visit(argument);
            }

            if (AliasOf(visited) is { } alias && !visited.IsEnum)
            {
                var members = MembersOf(visited);
                if (shape.TryAdd(alias, [.. members.Keys]))
                {
                    members.Values.ToList().ForEach(member => Visit(member.FieldType));
                }
            }
        }
    }

    /// <summary>The name of a member as its source has it.</summary>
    public static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static int NumberOf(MemberInfo member) =>
        Convert.ToInt32(Find(member, "IdAttribute")!.ConstructorArguments[0].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static bool Has(MemberInfo member, string attribute) => Find(member, attribute) is not null;

    private static CustomAttributeData? Find(MemberInfo member, string attribute) =>
        member.CustomAttributes.FirstOrDefault(data => data.AttributeType.Name == attribute);
}
