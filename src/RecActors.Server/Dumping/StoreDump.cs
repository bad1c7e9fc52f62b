using RecActors.Copying;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Users;

namespace RecActors.Dumping;

/// <summary>
/// Writes everything that an installation stores as lines, in the order that the installation gave them, while no server runs on it:
/// items by their last change, actions as they became durable, users, bundles, what is known of models and keys, who is refused.
/// </summary>
internal sealed class StoreDump(StoredData from)
{
    private const int ProfilesAtATime = 1000;

    /// <summary>Writes all but the ends of the file.</summary>
    public async Task<CopySummary> WriteAsync(DumpWriter dump, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var state = new StoredStateDump(from.GrainState);
        var versions = await from.Bundles.ListAsync(cancellationToken);
        var items = await WriteItemsAsync(dump, progress, cancellationToken);
        var marks = new HashSet<long>(await state.ReadCutsAsync());
        foreach (var version in versions)
        {
            marks.Add((await StoredBundle.ReadManifestAsync(from.Bundles, version, cancellationToken)).JournalCut);
        }

        var (actions, cuts) = await WriteActionsAsync(dump, marks, progress, cancellationToken);
        var profiles = await WriteUsersAsync(dump, state, progress, cancellationToken);
        dump.Write(new DumpLine { Cuts = [.. cuts.Values.Distinct().Order()] });
        progress.Report("models");
        foreach (var version in versions)
        {
            WriteBundle(dump, BundleCodec.Decode(await from.Bundles.LoadAsync(version, cancellationToken)), cuts);
        }

        foreach (var (name, json) in await state.ReadAsync(cut => cuts[cut], actions))
        {
            dump.Write(new DumpLine { State = new DumpedState(name, json) });
        }

        var erasures = await from.Erasures.ReadAsync(cancellationToken);
        dump.Write(new DumpLine { ErasureKey = erasures.Key.ToArray() });
        foreach (var user in erasures.Users)
        {
            dump.Write(new DumpLine { Erased = new DumpedErasure(user.Hash.ToArray(), user.UntilMs) });
        }

        return new CopySummary(items, actions, profiles, versions.Count);
    }

    private async Task<long> WriteItemsAsync(DumpWriter dump, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("items");
        var items = 0L;
        await foreach (var change in from.Catalog.ReadChangesAsync(0, cancellationToken))
        {
            if (change.Item is { } item)
            {
                dump.Write(new DumpLine { Item = item });
                items++;
            }
        }

        return items;
    }

    /// <summary>Writes the actions; returns their number, and for each mark how many of them are at or before it.</summary>
    private async Task<(long Actions, Dictionary<long, long> Cuts)> WriteActionsAsync(
        DumpWriter dump, HashSet<long> marks, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var actions = 0L;
        var cuts = new Dictionary<long, long>();
        var waiting = new Queue<long>(marks.Order());
        var head = await from.Journal.GetHeadAsync(cancellationToken);
        progress.Report("actions");
        await foreach (var record in from.Journal.ReadRangeAsync(JournalPosition.Start, head, cancellationToken))
        {
            while (waiting.TryPeek(out var mark) && mark < record.Position.Value)
            {
                cuts[waiting.Dequeue()] = actions;
            }

            dump.Write(new DumpLine { Action = new DumpedAction(record.UserId, record.Entry) });
            actions++;
        }

        while (waiting.TryDequeue(out var mark))
        {
            cuts[mark] = actions;
        }

        return (actions, cuts);
    }

    private async Task<long> WriteUsersAsync(DumpWriter dump, StoredStateDump state, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("users");
        var profiles = 0L;
        foreach (var page in (await StoredUsers.ListInOrderAsync(from.Journal, cancellationToken)).Chunk(ProfilesAtATime))
        {
            var known = await Task.WhenAll(page.Select(state.ReadProfileAsync));
            for (var user = 0; user < page.Length; user++)
            {
                profiles += known[user] is null ? 0 : 1;
                dump.Write(new DumpLine { User = LineOf(page[user], known[user]) });
            }
        }

        return profiles;
    }

    private static DumpedUser LineOf(string userId, (UserProfile Profile, long WrittenMs)? known) => known is var (profile, writtenMs)
        ? new DumpedUser(userId, profile.LabelsJson, profile.Comment, writtenMs > 0 ? writtenMs : null)
        : new DumpedUser(userId);

    /// <summary>In place of a position, which means something else in another journal, its cut is a number of actions.</summary>
    private static void WriteBundle(DumpWriter dump, ModelBundle bundle, Dictionary<long, long> cuts)
    {
        var manifest = bundle.Manifest with { JournalCut = cuts[bundle.Manifest.JournalCut] };
        foreach (var (name, content) in BundleCodec.Encode(bundle with { Manifest = manifest }).Files)
        {
            for (var start = 0; start == 0 || start < content.Length; start += DumpFormat.PieceBytes)
            {
                var piece = content.Slice(start, Math.Min(DumpFormat.PieceBytes, content.Length - start));
                dump.Write(new DumpLine { Bundle = new DumpedFile(manifest.Version, name, piece.ToArray()) });
            }
        }
    }
}
