using RecActors.Catalog;
using RecActors.DataSets;

namespace RecActors.Importing;

/// <summary>A data set whose actions come in the order of their times, whatever the order of its files.</summary>
internal sealed class TimeOrderedDataSet(IDataSet files) : IDataSet
{
    public string Name => files.Name;

    public IEnumerable<ItemRecord> ReadItems(ReadReport report, CancellationToken cancellationToken = default) =>
        files.ReadItems(report, cancellationToken);

    public IEnumerable<ImportedUser> ReadUsers(ReadReport report, CancellationToken cancellationToken = default) =>
        files.ReadUsers(report, cancellationToken);

    public IEnumerable<ImportedFeedback> ReadFeedback(ReadReport report, CancellationToken cancellationToken = default) =>
        files.ReadFeedback(report, cancellationToken).InTimeOrder();
}
