namespace RecActors.Hosting;

/// <summary>What a silo does.</summary>
[Flags]
public enum SiloRoles
{
    /// <summary>Nothing: not a valid configuration.</summary>
    None = 0,

    /// <summary>Owns users and items, and answers.</summary>
    Serve = 1,

    /// <summary>Refits the model. Needs a registered IModelTrainer.</summary>
    Train = 2,

    /// <summary>Both, as in a single process.</summary>
    All = Serve | Train,
}
