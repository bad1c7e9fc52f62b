namespace RecActors.Hosting;

/// <summary>Tells the runtime how much memory the process may take, before much of it is taken.</summary>
internal static class MemoryBudget
{
    /// <summary>A setting of the runtime: docs/standard/garbage-collection, "heap hard limit".</summary>
    private const string HardLimit = "GCHeapHardLimit";

    private const string Budget = $"{MemoryOptions.Section}:{nameof(MemoryOptions.BudgetMegabytes)}";

    /// <exception cref="StartupException">The runtime refuses the limit: more than that is taken already.</exception>
    public static void Apply(IConfiguration configuration)
    {
        if (configuration.GetValue<int>(Budget) is > 0 and var megabytes)
        {
            AppContext.SetData(HardLimit, (ulong)megabytes << 20);
            try
            {
                GC.RefreshMemoryLimit();
            }
            catch (InvalidOperationException refusal)
            {
                throw new StartupException($"{Budget} is {megabytes}, and the runtime refuses it: {refusal.Message}");
            }
        }
    }
}
