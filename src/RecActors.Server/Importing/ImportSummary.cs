using RecActors.DataSets;

namespace RecActors.Importing;

/// <summary>What an import did.</summary>
/// <param name="ItemsWritten">Items that were new or had changed, those that only actions name included.</param>
/// <param name="UsersWritten">Profiles written.</param>
/// <param name="ActionsWritten">Actions added to journals.</param>
/// <param name="ActionsSkipped">Actions that the journals held already.</param>
/// <param name="Duplicates">Records that came twice in the files.</param>
/// <param name="Rejected">Lines that could not be read, in the order in which they were met.</param>
/// <param name="ActionsTook">The time from the first byte of the actions' file until the last action was durable.</param>
internal sealed record ImportSummary(
    long ItemsWritten, long UsersWritten, long ActionsWritten, long ActionsSkipped, long Duplicates, IReadOnlyList<RejectedLine> Rejected, TimeSpan ActionsTook)
{
    /// <summary>Actions a second, be they new or there already.</summary>
    public double ActionsPerSecond => (ActionsWritten + ActionsSkipped) / ActionsTook.TotalSeconds;
}
