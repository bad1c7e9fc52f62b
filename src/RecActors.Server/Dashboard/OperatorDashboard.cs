using Orleans.Dashboard;
using RecActors.Security;

namespace RecActors.Dashboard;

/// <summary>
/// Orleans' own dashboard of silos, grains and reminders, for administrators. It times every call of a grain, so it is there only where
/// <c>RecActors:Dashboard:Enabled</c> asks for it: on the gateways that show it and on all silos.
/// </summary>
internal static class OperatorDashboard
{
    private const string Prefix = "/dashboard";
    private const string Setting = "RecActors:Dashboard:Enabled";

    public static ISiloBuilder AddOperatorDashboard(this ISiloBuilder silo) => IsWanted(silo.Configuration) ? silo.AddDashboard() : silo;

    public static IClientBuilder AddOperatorDashboard(this IClientBuilder client) => IsWanted(client.Configuration) ? client.AddDashboard() : client;

    public static void MapOperatorDashboard(this WebApplication app)
    {
        if (IsWanted(app.Configuration))
        {
            app.MapOrleansDashboard(Prefix).RequireScope(ApiScopes.Admin);
        }
    }

    private static bool IsWanted(IConfiguration configuration) => configuration.GetValue(Setting, defaultValue: false);
}
