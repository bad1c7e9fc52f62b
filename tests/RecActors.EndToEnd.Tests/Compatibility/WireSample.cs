using System.Collections;
using System.Net;
using System.Runtime.CompilerServices;

namespace RecActors.Compatibility;

/// <summary>A representative instance of any wire type: every member set, to a value that its name and type determine.</summary>
internal static class WireSample
{
    public static object Of(Type type)
    {
        if (typeof(Exception).IsAssignableFrom(type))
        {
            return Activator.CreateInstance(type, $"Message of {type.Name}")!;
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(1)!;
        }

        var instance = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in WireShape.MembersOf(type).Values)
        {
            field.SetValue(instance, ValueOf(field.FieldType, WireShape.NameOf(field)));
        }

        return instance;
    }

    private static object ValueOf(Type type, string name)
    {
        var underlying = Nullable.GetUnderlyingType(type) ?? type;
        var number = NumberOf(name);
        return underlying switch
        {
            _ when underlying == typeof(string) => name,
            _ when underlying == typeof(bool) => true,
            _ when underlying == typeof(int) => (int)number,
            _ when underlying == typeof(long) => 1_700_000_000_000 + number,
            _ when underlying == typeof(ulong) => ulong.MaxValue - number,
            _ when underlying == typeof(float) => number / 64f,
            _ when underlying == typeof(double) => number + 0.1,
            _ when underlying == typeof(Guid) => new Guid((int)number, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]),
            _ when underlying == typeof(SiloAddress) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, (int)(number % IPEndPoint.MaxPort)), 1),
            _ when underlying == typeof(byte[]) => Enumerable.Range(0, 16).Select(index => (byte)(number + index)).ToArray(),
            { IsEnum: true } => Of(underlying),
            { IsArray: true } => ArrayOf(underlying.GetElementType()!, name),
            { IsGenericType: true } when IsDictionary(underlying) => DictionaryOf(underlying, name),
            { IsGenericType: true } when underlying.GetGenericTypeDefinition() == typeof(List<>) =>
                Activator.CreateInstance(underlying, ArrayOf(underlying.GenericTypeArguments[0], name))!,
            { IsGenericType: true } when typeof(IEnumerable).IsAssignableFrom(underlying) => ArrayOf(underlying.GenericTypeArguments[0], name),
            _ when WireShape.IsWireType(underlying) => Of(underlying),
            _ => throw new NotSupportedException($"No sample value for a member of type {type}: add one here."),
        };
    }

    private static bool IsDictionary(Type type) =>
        type.GetGenericTypeDefinition() is var definition
        && (definition == typeof(IReadOnlyDictionary<,>) || definition == typeof(Dictionary<,>) || definition == typeof(IDictionary<,>));

    private static object DictionaryOf(Type type, string name)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GenericTypeArguments))!;
        dictionary.Add(ValueOf(type.GenericTypeArguments[0], name), ValueOf(type.GenericTypeArguments[1], name + "1"));
        return dictionary;
    }

    private static Array ArrayOf(Type element, string name)
    {
        var array = Array.CreateInstance(element, 2);
        array.SetValue(ValueOf(element, name + "0"), 0);
        array.SetValue(ValueOf(element, name + "1"), 1);
        return array;
    }

    // FNV-1a, cut so that it fits every numeric type.
    private static uint NumberOf(string name) => name.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u) % 30_000 + 1;
}
