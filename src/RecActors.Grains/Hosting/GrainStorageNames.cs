namespace RecActors.Hosting;

/// <summary>Names under which the composition root registers storage for grain state.</summary>
public static class GrainStorageNames
{
    /// <summary>The one provider: user profiles, the model registry, the trainer's schedule.</summary>
    public const string State = "recactors";
}
