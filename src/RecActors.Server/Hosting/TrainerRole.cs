using System.CommandLine;

namespace RecActors.Hosting;

/// <summary>The only place that knows whether this build contains the trainer (<c>-p:Trainer=false</c> leaves it out, and libtorch with it).</summary>
internal static class TrainerRole
{
#if TRAINER
    public const bool IsBuiltIn = true;

    /// <summary>Registers the trainer of a process with the role.</summary>
    public static IServiceCollection AddTrainerRole(this IServiceCollection services) => services.AddRecActorsTrainer();

    /// <summary><c>recactors evaluate</c>, which trains what it measures.</summary>
    public static Command CreateEvaluateCommand() => Evaluation.EvaluateCommand.Create();
#else
    public const bool IsBuiltIn = false;

    private const string Absent = "This build has no trainer: it was made with -p:Trainer=false.";

    /// <exception cref="StartupException">Always: this build has no trainer.</exception>
    public static IServiceCollection AddTrainerRole(this IServiceCollection services) =>
        throw new StartupException(Absent);

    /// <summary>A command that says why it is none.</summary>
    public static Command CreateEvaluateCommand()
    {
        var command = new Command("evaluate", "Not in this build, which has no trainer.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((_, _) => Startup.GuardAsync(() => throw new StartupException(Absent)));
        return command;
    }
#endif
}
