namespace RecActors.Security;

/// <summary>Scopes by name.</summary>
public static class ApiScopeNames
{
    private static readonly (string Name, ApiScopes Scope)[] All =
        [("read", ApiScopes.Read), ("write", ApiScopes.Write), ("metrics", ApiScopes.Metrics), ("admin", ApiScopes.Admin)];

    /// <summary>Of one scope.</summary>
    public static string Of(ApiScopes scope) => All.Single(known => known.Scope == scope).Name;

    public static IReadOnlyList<string> List(ApiScopes scopes) => [.. All.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name)];

    /// <summary>False, naming the fault, when a name is unknown or there is none.</summary>
    public static bool TryParse(IEnumerable<string?> names, out ApiScopes scopes, out string? fault)
    {
        (scopes, fault) = (ApiScopes.None, null);
        foreach (var name in names)
        {
            if (All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { Name: not null } known)
            {
                fault = "must be read, write, metrics or admin";
                return false;
            }

            scopes |= known.Scope;
        }

        fault = scopes == ApiScopes.None ? "names no scope: read, write, metrics or admin" : null;
        return fault is null;
    }
}
