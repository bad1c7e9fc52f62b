using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>The rows that may become candidates of a workspace's query.</summary>
internal readonly struct AcceptedRows(RankingWorkspace workspace) : IRowFilter
{
    public bool Accepts(int row) => workspace.Accepts(row);
}
