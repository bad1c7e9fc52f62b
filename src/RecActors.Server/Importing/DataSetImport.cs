using RecActors.Catalog;
using RecActors.CommandLine;
using RecActors.DataSets;
using RecActors.Journal;
using RecActors.Users;
using Spectre.Console;

namespace RecActors.Importing;

/// <summary>
/// Imports a data set into the data folder of a host that is not started: items and actions go straight to the stores, and the
/// silo, when it starts, finds them as if it had written them itself. Profiles belong to the user grains, so they start the host.
/// </summary>
internal sealed class DataSetImport(IHost host, IAnsiConsole console, long rejectLimit)
{
    private const int ConcurrentProfiles = 64;

    private readonly List<RejectedLine> _rejected = [];

    /// <summary>Runs the import with progress bars. When the data set has users with profiles, the host is started and left running.</summary>
    /// <exception cref="TooManyRejectedLinesException">More lines were rejected than the limit; what came before them is imported.</exception>
    public async Task<ImportSummary> RunAsync(IDataSet dataSet, CancellationToken cancellationToken)
    {
        var catalog = new CatalogImport(host.Services.GetRequiredService<ICatalogStore>());
        var journals = new JournalImport(host.Services.GetRequiredService<IUserJournal>(), catalog);
        var users = 0L;
        var duplicates = 0L;
        var actionsTook = TimeSpan.Zero;
        var time = host.Services.GetRequiredService<TimeProvider>();
        await console.Bars().StartAsync(async context =>
        {
            await PartAsync(context, "items", async (report, progress) =>
                await catalog.RunAsync(dataSet.ReadItems(report, cancellationToken), progress, cancellationToken));
            await PartAsync(context, "actions", async (report, progress) =>
            {
                var began = time.GetTimestamp();
                await journals.RunAsync(dataSet.ReadFeedback(report, cancellationToken), progress, cancellationToken);
                (duplicates, actionsTook) = (report.Duplicates, time.GetElapsedTime(began));
            });
            await PartAsync(context, "users", async (report, progress) =>
                users = await WriteProfilesAsync(dataSet.ReadUsers(report, cancellationToken), progress, cancellationToken));
        });
        return new ImportSummary(catalog.Written, users, journals.Written, journals.Skipped, duplicates, _rejected, actionsTook);
    }

    private async Task PartAsync(ProgressContext context, string part, Func<ReadReport, IProgress<long>, Task> import)
    {
        var progress = new ImportProgress(context, part);
        var report = new ReadReport(rejectLimit, _rejected.Add, progress);
        progress.Report = report;
        await import(report, progress);
        progress.Complete();
    }

    private async Task<long> WriteProfilesAsync(IEnumerable<ImportedUser> users, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var written = 0L;
        foreach (var group in users.Chunk(ConcurrentProfiles))
        {
            if (written == 0)
            {
                await host.StartAsync(cancellationToken);
            }

            var grains = host.Services.GetRequiredService<IGrainFactory>();
            await Task.WhenAll(group.Select(user => grains.GetGrain<IUserGrain>(user.UserId)
                .SetProfileAsync(new UserProfile(user.UserId, user.LabelsJson, user.Comment), cancellationToken)));
            written += group.Length;
            progress.Report(written);
        }

        return written;
    }
}
