using System.Reflection;
using Microsoft.Extensions.Configuration;
using RecActors.Hosting;

namespace RecActors.Deploy;

/// <summary>Whether a setting names an option that the server has, and whether its value is one: by binding it.</summary>
internal static class OptionNames
{
    private const string Prefix = "RECACTORS_";

    private static readonly ILookup<string, Type> Sections = new[] { typeof(ServerHost), typeof(GatewayOptions), typeof(Users.UserOptions), typeof(RecActors.Redis.RedisStorageOptions) }
        .Select(type => type.Assembly)
        .SelectMany(assembly => assembly.GetTypes())
        .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
        .Where(options => options.Section is not null)
        .ToLookup(options => options.Section!, options => options.Type);

    /// <summary>Null when the variable is none of ours or sets an option; else what is wrong.</summary>
    public static string? FaultOf(string variable, string? value)
    {
        if (!variable.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var path = variable[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
        var section = path[..path.LastIndexOf(':')];
        var name = path[(path.LastIndexOf(':') + 1)..];
        if (Sections[section].FirstOrDefault(type => type.GetProperty(name) is { CanWrite: true }) is not { } options)
        {
            return $"{variable}: no options of section {section} have a property {name}.";
        }

        try
        {
            // A value that comes from elsewhere (a field of the pod, a secret) is only known there.
            _ = value is null ? null : new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(path, (string?)value)]).Build().GetSection(section).Get(options);
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return $"{variable}: {exception.Message}";
        }
    }
}
