namespace RecActors.Hosting;

/// <summary>Roles by name.</summary>
internal static class SiloRoleNames
{
    /// <summary>Everything that this build can do.</summary>
    public static string Default => TrainerRole.IsBuiltIn ? "serve,train" : "serve";

    /// <exception cref="StartupException">A name is unknown, the role is not in this build, or there is none.</exception>
    public static SiloRoles Parse(string names)
    {
        var roles = SiloRoles.None;
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= name switch
            {
                "serve" => SiloRoles.Serve,
                "train" => SiloRoles.Train,
                _ => throw new StartupException($"Unknown role '{name}': roles are serve and train."),
            };
        }

        if (roles.HasFlag(SiloRoles.Train) && !TrainerRole.IsBuiltIn)
        {
            throw new StartupException(
                "The role train needs a build with the trainer; this one was made with -p:Trainer=false. Start it with --roles serve.");
        }

        // One process owns an embedded data folder, so a process that only trains would have nobody to train for.
        return roles.HasFlag(SiloRoles.Serve)
            ? roles
            : throw new StartupException("On an embedded data folder the process must have the role serve; add train to let it train as well.");
    }
}
