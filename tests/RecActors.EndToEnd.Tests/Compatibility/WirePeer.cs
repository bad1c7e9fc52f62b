using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace RecActors.Compatibility;

/// <summary>
/// One build's side of the wire: its message types and its Orleans serializer. Methods take and return only what every build
/// shares, because one instance may live in the load context of an older release.
/// </summary>
internal sealed class WirePeer
{
    private static readonly string[] WireAssemblies = ["RecActors.Contracts", "RecActors.Grains"];

    private readonly SortedDictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly Serializer _serializer;

    public WirePeer()
    {
        var context = AssemblyLoadContext.GetLoadContext(typeof(WirePeer).Assembly)!;
        var assemblies = WireAssemblies.Select(name => context.LoadFromAssemblyName(new AssemblyName(name))).ToList();
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(WireShape.IsWireType))
        {
            var alias = WireShape.AliasOf(type) ?? throw new InvalidOperationException($"{type} has no alias: its name would be its identity.");
            _types.Add(alias, type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(float)) : type);
        }

        var services = new ServiceCollection().AddSerializer(builder => assemblies.ForEach(assembly => builder.AddAssembly(assembly)));
        RemoveOtherBuilds(services, context);
        _serializer = services.BuildServiceProvider().GetRequiredService<Serializer>();
    }

    /// <summary>The folder that this build's messages were loaded from.</summary>
    public string Origin => Path.GetDirectoryName(_types.Values.First().Assembly.Location)!;

    public string[] Aliases => [.. _types.Keys];

    /// <summary>The members of a type and of the types within it, by alias.</summary>
    public Dictionary<string, int[]> ShapeOf(string alias) => new(WireShape.Of(_types[alias]), StringComparer.Ordinal);

    /// <summary>The bytes of the representative instance, as an argument of type object would be written: with its type.</summary>
    public byte[] Write(string alias) => _serializer.SerializeToArray(WireSample.Of(_types[alias]));

    /// <summary>The representative instance as text, with the given members.</summary>
    public string Sample(string alias, Dictionary<string, int[]> shown) => WireText.Of(WireSample.Of(_types[alias]), shown);

    /// <summary>What the bytes mean to this build, as text with the given members.</summary>
    public string Read(byte[] bytes, Dictionary<string, int[]> shown) => WireText.Of(_serializer.Deserialize<object>(bytes), shown);

    // Orleans looks for assemblies everywhere in the process; another build's would claim the same aliases.
    private static void RemoveOtherBuilds(IServiceCollection services, AssemblyLoadContext context)
    {
        foreach (var service in services.ToList())
        {
            var assembly = service.ImplementationType?.Assembly;
            if (assembly?.GetName().Name?.StartsWith("RecActors", StringComparison.Ordinal) == true && AssemblyLoadContext.GetLoadContext(assembly) != context)
            {
                services.Remove(service);
            }
        }
    }
}
