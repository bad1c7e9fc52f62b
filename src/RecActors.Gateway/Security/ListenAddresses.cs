using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace RecActors.Security;

/// <summary>Where the process is configured to listen, before it does.</summary>
internal sealed class ListenAddresses(IConfiguration configuration)
{
    /// <summary>An address at which others than this machine reach the process; null when there is none.</summary>
    public string? FirstExposed()
    {
        // Kestrel's own endpoints replace the others, as Kestrel has it.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        var urls = endpoints.Count > 0 ? endpoints : [.. (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)];
        return urls.Find(url => !IsLoopback(url));
    }

    public static bool IsLoopback(string url)
    {
        var host = BindingHost(url);
        return IsLoopbackHost(host) || host.StartsWith("unix:", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a name stands for this machine alone, whatever a name server says.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string BindingHost(string url) => Microsoft.AspNetCore.Http.BindingAddress.Parse(url).Host;
}
