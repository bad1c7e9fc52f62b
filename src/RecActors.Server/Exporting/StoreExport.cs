using RecActors.Copying;
using RecActors.DataSets;
using RecActors.Exports;
using RecActors.Feedback;
using RecActors.Hosting;

namespace RecActors.Exporting;

/// <summary>
/// Writes an installation's items, users and feedback rows into files, while no server runs on it: in ordinal order of ids, a user's rows by
/// time. Rows are what actions add up to; the actions themselves are in a dump.
/// </summary>
internal sealed class StoreExport(StoredData from, TimeProvider time)
{
    private const int ItemsPerPage = 1000;

    /// <summary>Journals may be long, and are read as a whole.</summary>
    private const int UsersAtATime = 32;

    private List<string>? _users;

    /// <summary>Writes every item.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="progress">Told the number of items written, and of all: null, nobody has counted them.</param>
    /// <param name="cancellationToken">Stops the export.</param>
    public async Task<long> ItemsAsync(ExportFile file, IProgress<(long Done, long? All)> progress, CancellationToken cancellationToken)
    {
        var written = 0L;
        string? last = null;
        while (await from.Catalog.ListAsync(last, ItemsPerPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var item in page)
            {
                await file.WriteAsync(item, cancellationToken);
            }

            written += page.Count;
            last = page[^1].ItemId;
            progress.Report((written, null));
        }

        return written;
    }

    /// <summary>Writes every user, those without a profile included.</summary>
    public Task<long> UsersAsync(ExportFile file, IProgress<(long Done, long? All)> progress, CancellationToken cancellationToken)
    {
        var state = new StoredStateDump(from.GrainState);
        return ByUserAsync(
            async userId =>
            {
                var profile = (await state.ReadProfileAsync(userId))?.Profile;
                return new ImportedUser(userId, profile?.LabelsJson, profile?.Comment);
            },
            async (_, user) =>
            {
                await file.WriteAsync(user, cancellationToken);
                return 1;
            },
            progress,
            cancellationToken);
    }

    /// <summary>Writes every feedback row.</summary>
    public Task<long> FeedbackAsync(ExportFile file, IProgress<(long Done, long? All)> progress, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return ByUserAsync(
            async userId => FeedbackFold.Rows(await from.Journal.ReadAsync(userId, cancellationToken), nowMs),
            async (userId, rows) =>
            {
                foreach (var row in rows.OrderBy(row => row.TimestampMs).ThenBy(row => row.Type, StringComparer.Ordinal).ThenBy(row => row.ItemId, StringComparer.Ordinal))
                {
                    await file.WriteAsync(userId, row, cancellationToken);
                }

                return rows.Count;
            },
            progress,
            cancellationToken);
    }

    private async Task<long> ByUserAsync<T>(
        Func<string, Task<T>> read, Func<string, T, Task<int>> write, IProgress<(long Done, long? All)> progress, CancellationToken cancellationToken)
    {
        _users ??= await StoredUsers.ListInOrderAsync(from.Journal, cancellationToken);
        var (written, done) = (0L, 0L);
        foreach (var some in _users.Chunk(UsersAtATime))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = await Task.WhenAll(some.Select(read));
            for (var user = 0; user < some.Length; user++)
            {
                written += await write(some[user], values[user]);
            }

            done += some.Length;
            progress.Report((done, _users.Count));
        }

        return written;
    }
}
