namespace RecActors.Snapshots;

/// <summary>
/// What a start reads instead of deriving it from the truth again. A snapshot is of the very store that it was written to: one of a store that was
/// replaced or restored since is not there. It may be absent at any time, and whoever reads it must do without. One writer of each kind at a time; what
/// takes long of a write is done on a thread that gives way to those who serve.
/// </summary>
public interface IStartSnapshots
{
    /// <summary>False when nothing is kept: then nothing need be made to be written.</summary>
    bool AreKept { get; }

    /// <summary>What came after the item statistics that were written last, reduced.</summary>
    IReducedActionLog ReducedActions { get; }

    /// <summary>The catalog as it was written last, or null.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another format; the message says which.</exception>
    ValueTask<CatalogSnapshot?> ReadCatalogAsync(CancellationToken cancellationToken);

    /// <summary>Writes the catalog in place of the last one: it appears whole or not at all.</summary>
    ValueTask WriteCatalogAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>The item statistics as they were written last, or null.</summary>
    /// <inheritdoc cref="ReadCatalogAsync" path="/exception"/>
    ValueTask<ItemStatisticsSnapshot?> ReadStatisticsAsync(CancellationToken cancellationToken);

    /// <summary>Writes the item statistics in place of the last ones: they appear whole or not at all.</summary>
    ValueTask WriteStatisticsAsync(ItemStatisticsSnapshot snapshot, CancellationToken cancellationToken);
}

/// <summary>For stores that many silos share: each reads the truth.</summary>
public sealed class NoStartSnapshots : IStartSnapshots
{
    public bool AreKept => false;

    public IReducedActionLog ReducedActions { get; } = new NoReducedActionLog();

    public ValueTask<CatalogSnapshot?> ReadCatalogAsync(CancellationToken cancellationToken) => default;

    public ValueTask WriteCatalogAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken) => default;

    public ValueTask<ItemStatisticsSnapshot?> ReadStatisticsAsync(CancellationToken cancellationToken) => default;

    public ValueTask WriteStatisticsAsync(ItemStatisticsSnapshot snapshot, CancellationToken cancellationToken) => default;
}
