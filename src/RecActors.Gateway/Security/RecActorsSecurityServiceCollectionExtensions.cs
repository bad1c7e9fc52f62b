using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecActors.Security;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers keys, scopes and sessions.</summary>
internal static class RecActorsSecurityServiceCollectionExtensions
{
    /// <summary>The scheme that looks at the header first and at the console's cookie otherwise.</summary>
    private const string EitherScheme = "RecActors";

    public static IServiceCollection AddRecActorsSecurity(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<ApiKeys>();
        services.TryAddSingleton<OpenAccess>();
        services.TryAddSingleton<ScopeDecision>();
        services.TryAddSingleton<ListenAddresses>();
        services.TryAddSingleton<ApiKeyWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyWatch>());
        return services.AddSchemes().AddScopes().AddCors().AddSingleton<IConfigureOptions<CorsOptions>, ApiCors>();
    }

    private static IServiceCollection AddSchemes(this IServiceCollection services)
    {
        // Not AddAuthentication: it brings the framework's key ring with it, which would write one into a home folder.
        services.AddAuthenticationCore(options => options.DefaultScheme = EitherScheme);
        services.AddWebEncoders();
        services.TryAddSingleton<IDataProtectionProvider, CookieProtection>();
        services.TryAddSingleton<ForgeryTokens>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, ConsoleSession>();
        new AuthenticationBuilder(services)
            .AddPolicyScheme(EitherScheme, null, options => options.ForwardDefaultSelector = context =>
                ApiKeyAuthenticationHandler.PresentedBy(context.Request) is null && context.Request.Cookies.ContainsKey(ConsoleSession.CookieName)
                    ? ConsoleSession.Scheme
                    : ApiKeyDefaults.Scheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyDefaults.Scheme, null)
            .AddCookie(ConsoleSession.Scheme);
        return services;
    }

    private static IServiceCollection AddScopes(this IServiceCollection services)
    {
        services.AddAuthorization(ScopePolicies.Configure);
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        return services.AddSingleton<IAuthorizationMiddlewareResultHandler, ScopeRefusals>();
    }
}
