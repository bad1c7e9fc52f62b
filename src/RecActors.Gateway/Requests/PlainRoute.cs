using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RecActors.Requests;

/// <summary>What routing would say, in metrics and traces, of a request that is answered ahead of it.</summary>
internal static class PlainRoute
{
    private const string RouteTag = "http.route";

    public static void Name(HttpContext http, string route)
    {
        http.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(RouteTag, route));
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.DisplayName = $"{http.Request.Method} {route}";
            activity.SetTag(RouteTag, route);
        }
    }
}
