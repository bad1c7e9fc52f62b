namespace RecActors.Hosting;

/// <summary>The only place that knows whether this build contains the trainer (<c>-p:Trainer=false</c> leaves it out, and libtorch with it).</summary>
internal static class TrainerRole
{
#if TRAINER
    public const bool IsBuiltIn = true;

    /// <summary>Registers the trainer of a process with the role.</summary>
    public static IServiceCollection AddTrainerRole(this IServiceCollection services) => services.AddRecActorsTrainer();
#else
    public const bool IsBuiltIn = false;

    /// <exception cref="StartupException">Always: this build has no trainer.</exception>
    public static IServiceCollection AddTrainerRole(this IServiceCollection services) =>
        throw new StartupException("This build has no trainer: it was made with -p:Trainer=false.");
#endif
}
