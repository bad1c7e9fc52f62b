using RecActors.CommandLine;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;
using Spectre.Console;

namespace RecActors.Copying;

/// <summary>
/// Copies an installation into an empty store of any kind, while no server runs on either: catalog, journals, profiles, bundles
/// and what is known of them. A server on the copy gives the same recommendations.
/// </summary>
internal sealed class StorageCopy(StoredData from, StoredData to, IAnsiConsole console)
{
    private const int ConcurrentWrites = 1024;

    /// <summary>Copies everything, with progress bars.</summary>
    /// <exception cref="StartupException">The target is not empty, or the source changed meanwhile: a server runs on it.</exception>
    public async Task<CopySummary> RunAsync(CancellationToken cancellationToken)
    {
        if (!await to.IsEmptyAsync(cancellationToken))
        {
            throw new StartupException("The target holds data already. Copy into an empty one; what an interrupted copy left has to be removed first.");
        }

        var heads = await from.ReadHeadsAsync(cancellationToken);
        var summary = await console.Bars().StartAsync(context => CopyAsync(new CopyBars(context), cancellationToken));
        return heads == await from.ReadHeadsAsync(cancellationToken)
            ? summary
            : throw new StartupException("The source changed while it was copied, so the copy is not whole. Stop the servers that run on it, clear the target and copy again.");
    }

    private async Task<CopySummary> CopyAsync(CopyBars bars, CancellationToken cancellationToken)
    {
        var versions = await from.Bundles.ListAsync(cancellationToken);
        var state = new StoredStateCopy(from.GrainState, to.GrainState);
        var marks = new List<JournalPosition>(await state.ReadJournalPositionsAsync());
        foreach (var version in versions)
        {
            marks.Add(new JournalPosition((await StoredBundle.ReadManifestAsync(from.Bundles, version, cancellationToken)).JournalCut));
        }

        var items = await bars.RunAsync("items", progress => CopyCatalogAsync(progress, cancellationToken));
        var journals = new JournalCopy(from.Journal, to.Journal);
        var actions = await bars.RunAsync("actions", async progress =>
        {
            await journals.RunAsync(marks, progress, cancellationToken);
            return journals.Entries;
        });
        var profiles = await bars.RunAsync("profiles", async progress =>
        {
            var copied = 0L;
            await journals.ForEachUserAsync(
                async userId =>
                {
                    if (await state.CopyProfileAsync(userId))
                    {
                        progress.Report(Interlocked.Increment(ref copied));
                    }
                },
                cancellationToken);
            return copied;
        });
        var models = await bars.RunAsync("models", async progress =>
        {
            foreach (var version in versions)
            {
                var bundle = BundleCodec.Decode(await from.Bundles.LoadAsync(version, cancellationToken));
                var cut = journals.PositionOf(new JournalPosition(bundle.Manifest.JournalCut)).Value;
                var moved = bundle with { Manifest = bundle.Manifest with { JournalCut = cut } };
                await to.Bundles.SaveAsync(BundleCodec.Encode(moved), cancellationToken);
                progress.Report(1);
            }

            await state.CopyApiKeysAsync();
            await to.Erasures.WriteAsync(await from.Erasures.ReadAsync(cancellationToken), cancellationToken);
            await state.CopyModelsAsync(journals.PositionOf, await to.Journal.CountEntriesAsync(cancellationToken));
            return versions.Count;
        });
        return new CopySummary(items, actions, profiles, models);
    }

    private async Task<long> CopyCatalogAsync(IProgress<long> progress, CancellationToken cancellationToken)
    {
        var copied = 0L;
        await foreach (var window in from.Catalog.ReadChangesAsync(0, cancellationToken).Chunk(ConcurrentWrites).WithCancellation(cancellationToken))
        {
            // Issued in the source's order, and a store numbers them as they are issued: the order of changes is the order of rows
            // in a replica, which decides ties.
            var writes = window.Where(change => change.Item is not null).Select(change => to.Catalog.PutAsync(change.Item!, cancellationToken).AsTask());
            copied += (await Task.WhenAll(writes)).Length;
            progress.Report(copied);
        }

        return copied;
    }
}

/// <summary>What was copied.</summary>
internal sealed record CopySummary(long Items, long Actions, long Profiles, long Models);
