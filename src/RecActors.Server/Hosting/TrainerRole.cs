namespace RecActors.Hosting;

/// <summary>The only place that knows whether this build contains the trainer (<c>-p:Trainer=false</c> leaves it out, and libtorch with it).</summary>
internal static class TrainerRole
{
#if TRAINER
    public const bool IsBuiltIn = true;
#else
    public const bool IsBuiltIn = false;
#endif
}
