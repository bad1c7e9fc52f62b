namespace RecActors.Training;

/// <summary>When a refit is due that nobody asked for. Pure.</summary>
internal static class RefitSchedule
{
    /// <summary>Why a refit is due now, for its manifest; null when none is.</summary>
    /// <param name="options">The schedule.</param>
    /// <param name="last">The last refit.</param>
    /// <param name="lastEntries">How many entries the journals had when the last refit with a verdict began.</param>
    /// <param name="entries">How many they have now.</param>
    /// <param name="previousEntries">The same at the last look; null at the first.</param>
    /// <param name="hasModel">Whether a model serves.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    public static string? Reason(
        RefitOptions options, RefitStatus last, long lastEntries, long entries, long? previousEntries, bool hasModel, long nowMs)
    {
        if (last.State == RefitState.Running || entries < options.MinimumActions || entries <= lastEntries)
        {
            return null;
        }

        var sinceLast = TimeSpan.FromMilliseconds(nowMs - (last.EndedMs ?? last.StartedMs));

        // Without a model the first one is wanted soon, but not of half an import: it waits for a quiet moment. One that came to
        // nothing is tried again.
        if (!hasModel)
        {
            return entries == previousEntries && (last.RefitId == 0 || sinceLast >= options.MinimumInterval) ? "first" : null;
        }

        return options.NewActions > 0 && entries - lastEntries >= options.NewActions && sinceLast >= options.MinimumInterval ? "volume"
            : options.Interval > TimeSpan.Zero && sinceLast >= options.Interval ? "schedule"
            : null;
    }
}
