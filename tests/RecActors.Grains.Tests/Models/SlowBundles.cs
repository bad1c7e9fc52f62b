namespace RecActors.Models;

/// <summary>A store of bundles that cannot be read for a while.</summary>
internal sealed class SlowBundles(IBundleStore bundles, int failures) : IBundleStore
{
    private int _left = failures;

    public ValueTask SaveAsync(BundleFiles bundle, CancellationToken cancellationToken) => bundles.SaveAsync(bundle, cancellationToken);

    public ValueTask<BundleFiles> LoadAsync(long version, CancellationToken cancellationToken) =>
        Interlocked.Decrement(ref _left) >= 0 ? throw new IOException("The store does not answer.") : bundles.LoadAsync(version, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListAsync(CancellationToken cancellationToken) => bundles.ListAsync(cancellationToken);

    public ValueTask DeleteAsync(long version, CancellationToken cancellationToken) => bundles.DeleteAsync(version, cancellationToken);
}
