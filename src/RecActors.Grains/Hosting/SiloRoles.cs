namespace RecActors.Hosting;

/// <summary>What a process does. With serve or train it is a silo.</summary>
[Flags]
public enum SiloRoles
{
    /// <summary>Nothing: not a valid configuration.</summary>
    None = 0,

    /// <summary>Owns users and items, and answers.</summary>
    Serve = 1,

    /// <summary>Refits the model. Needs a registered IModelTrainer.</summary>
    Train = 2,

    /// <summary>Answers HTTP. Alone it is no silo, but a client of the cluster; a silo has no grain classes for it.</summary>
    Gateway = 4,

    /// <summary>Everything, as in a single process.</summary>
    All = Serve | Train | Gateway,
}
