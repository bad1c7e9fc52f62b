namespace RecActors.Hosting;

/// <summary>Roles by name.</summary>
internal static class SiloRoleNames
{
    public const string Serve = "serve";

    /// <summary>Everything that this build can do.</summary>
    public static string Default => TrainerRole.IsBuiltIn ? "serve,train,gateway" : "serve,gateway";

    /// <summary>The same without an HTTP server.</summary>
    public static string WithoutGateway => TrainerRole.IsBuiltIn ? "serve,train" : "serve";

    /// <exception cref="StartupException">A name is unknown, the role is not in this build, or there is none.</exception>
    public static SiloRoles Parse(string names)
    {
        var roles = SiloRoles.None;
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= name.ToLowerInvariant() switch
            {
                Serve => SiloRoles.Serve,
                "train" => SiloRoles.Train,
                "gateway" => SiloRoles.Gateway,
                _ => throw new StartupException($"Unknown role '{name}': roles are serve, train and gateway."),
            };
        }

        if (roles == SiloRoles.None)
        {
            throw new StartupException("A process needs a role: serve, train or gateway, or several of them.");
        }

        if (roles.HasFlag(SiloRoles.Train) && !TrainerRole.IsBuiltIn)
        {
            throw new StartupException(
                "The role train needs a build with the trainer; this one was made with -p:Trainer=false. Start it with --roles serve,gateway.");
        }

        return roles;
    }
}
