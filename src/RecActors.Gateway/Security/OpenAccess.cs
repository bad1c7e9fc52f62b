using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace RecActors.Security;

/// <summary>
/// Decides on requests to a server that has no key. Only this machine is answered; and of what this machine's browser sends, nothing that
/// another site's page has made it send, nor anything to a name that such a site has made stand for this machine.
/// </summary>
internal sealed class OpenAccess(ApiKeys keys, IOptions<SecurityOptions> options)
{
    private readonly string[] _origins = options.Value.ReadCorsOrigins();

    /// <summary>Whether nobody needs a key.</summary>
    public bool IsOpen => keys.AreNone;

    /// <summary>Why a request is refused although nobody needs a key; null when it is not.</summary>
    public string? Refuse(HttpContext context)
    {
        if (!options.Value.AllowOpen)
        {
            if (context.Connection.LocalIpAddress is { } address && !IPAddress.IsLoopback(address))
            {
                return "This server has no API key yet and answers only the machine that it runs on.";
            }

            if (!ListenAddresses.IsLoopbackHost(context.Request.Host.Host))
            {
                return "This server has no API key yet and answers only requests to 127.0.0.1 or localhost. Add a key to put it behind another name.";
            }
        }

        return IsForeign(context.Request, _origins) ? "Another site's page has sent this request." : null;
    }

    /// <summary>Whether a page of another origin than this server's, and none of those named, has sent something that may change anything.</summary>
    public static bool IsForeign(HttpRequest request, string[] origins)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || request.Headers.Origin is not [{ } origin, ..])
        {
            return false;
        }

        // The scheme is not compared: TLS may end before this process.
        return !origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
