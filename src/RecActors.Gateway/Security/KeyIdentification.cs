using Microsoft.AspNetCore.Http;

namespace RecActors.Security;

/// <summary>
/// Says who calls, by the key that a request shows: what the scheme of keys says, without the dozen objects that the framework makes of a scheme for
/// every request.
/// </summary>
internal sealed class KeyIdentification(RequestDelegate next, ApiKeys keys)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (ApiKeyAuthenticationHandler.PresentedBy(context.Request) is { } presented && keys.Find(presented) is { } key)
        {
            context.User = key.Principal;
        }

        return next(context);
    }
}
