using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RecActors.Problems;

namespace RecActors.Security;

/// <summary>The console's login: a cookie that stands for a key, since a browser's event streams carry no header.</summary>
internal sealed class ConsoleSession(ApiKeys keys, IOptions<SecurityOptions> options) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "Console";

    public const string CookieName = "recactors-console";

    public void Configure(string? name, CookieAuthenticationOptions cookies)
    {
        if (name != Scheme)
        {
            return;
        }

        cookies.Cookie.Name = CookieName;
        cookies.Cookie.HttpOnly = true;
        cookies.Cookie.SameSite = SameSiteMode.Strict;
        cookies.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookies.ExpireTimeSpan = options.Value.SessionLifetime;
        cookies.SlidingExpiration = true;
        cookies.Events.OnValidatePrincipal = context =>
        {
            // A session ends with its key.
            if (keys.ById(context.Principal?.FindFirst(ApiKey.IdClaim)?.Value) is null)
            {
                context.RejectPrincipal();
            }

            return Task.CompletedTask;
        };
        cookies.Events.OnRedirectToLogin = cookies.Events.OnRedirectToAccessDenied = _ => Task.CompletedTask;
    }

    public void Configure(CookieAuthenticationOptions cookies) => Configure(null, cookies);

    /// <summary>Whether a request shows a login, good or bad, and no key, which would go before it.</summary>
    public static bool IsShown(HttpContext context) =>
        context.Request.Headers.Cookie.Count > 0 && context.Request.Cookies.ContainsKey(CookieName) && ApiKeyAuthenticationHandler.PresentedBy(context.Request) is null;

    public static bool Is(HttpContext context) => context.User.Identity?.AuthenticationType == Scheme;
}

/// <summary>
/// Tokens against forged requests: what a page must send beside the cookie to change anything. Another site's page cannot read one. A token
/// is bound to the session's key and to this installation.
/// </summary>
internal sealed class ForgeryTokens(IDataProtectionProvider protection)
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-CSRF-Token";

    private readonly IDataProtector _protector = protection.CreateProtector("recactors.console.forgery");

    /// <summary>Null without a session: nothing needs one then.</summary>
    public string? Create(HttpContext context) =>
        ConsoleSession.Is(context) && context.User.FindFirst(ApiKey.IdClaim) is { } key ? _protector.Protect(key.Value) : null;

    public bool IsValid(HttpContext context)
    {
        try
        {
            return context.Request.Headers[Header] is [{ } token]
                && CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(_protector.Unprotect(token)), Encoding.UTF8.GetBytes(context.User.FindFirst(ApiKey.IdClaim)?.Value ?? ""));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>Refuses changes that come with the console's cookie but without its token.</summary>
internal sealed class ConsoleForgeryCheck(RequestDelegate next, ForgeryTokens tokens)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || !ConsoleSession.Is(context) || tokens.IsValid(context)
            ? next(context)
            : throw new ProblemException(ProblemTypes.Forbidden($"The header {ForgeryTokens.Header} is missing or wrong; GET /api/console/session has it."));
}
