using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RecActors.Security;

/// <summary>Knows callers by the key in <c>X-API-Key</c>, or in <c>Authorization: Bearer</c> as scrapers send it.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";

    /// <summary>The key that a request presents, or null.</summary>
    public static string? PresentedBy(HttpRequest request)
    {
        if (request.Headers[ApiKeyDefaults.Header] is [{ Length: > 0 } key, ..])
        {
            return key;
        }

        return request.Headers.Authorization is [{ } header, ..] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : null;
    }

    // What is wrong with a key is not said here: the framework logs these messages.
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        PresentedBy(Request) is { } presented && keys.Find(presented) is { } key
            ? AuthenticateResult.Success(new AuthenticationTicket(key.Principal, Scheme.Name))
            : AuthenticateResult.NoResult());
}
