using RecActors.Catalog;
using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Storage;

namespace RecActors.Importing;

/// <summary>Imports write to the real stores of a data folder.</summary>
public sealed class DataFolderImportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-import-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Actions_OfTwoUsers_KeepTheirOrderAndMakeItemsKnown()
    {
        await using var storage = Open();
        var journals = new JournalImport(storage.Journal, new CatalogImport(storage.Catalog));

        await journals.RunAsync([Action("u", "a", 1), Action("v", "b", 2), Action("u", "c", 3)], new Progress<long>(), Ct);

        Assert.Equal(["a", "c"], (await storage.Journal.ReadAsync("u", Ct)).Select(entry => entry.ItemId));
        Assert.Equal(["b"], (await storage.Journal.ReadAsync("v", Ct)).Select(entry => entry.ItemId));
        Assert.NotNull(await storage.Catalog.GetAsync("b", Ct));
        Assert.Equal(3, journals.Written);
    }

    [Fact]
    public async Task Actions_ImportedAgainAfterAnInterruption_AreThereOnce()
    {
        ImportedFeedback[] all = [Action("u", "a", 1), Action("u", "b", 2), Action("u", "c", 3)];
        await using var storage = Open();
        await new JournalImport(storage.Journal, new CatalogImport(storage.Catalog)).RunAsync(all[..2], new Progress<long>(), Ct);

        var again = new JournalImport(storage.Journal, new CatalogImport(storage.Catalog));
        await again.RunAsync(all, new Progress<long>(), Ct);

        Assert.Equal(["a", "b", "c"], (await storage.Journal.ReadAsync("u", Ct)).Select(entry => entry.ItemId));
        Assert.Equal((1, 2), (again.Written, again.Skipped));
    }

    [Fact]
    public async Task Actions_MoreThanAreOnTheirWayAtOnce_KeepEveryUsersOrder()
    {
        const int users = 50;
        ImportedFeedback[] all = [.. Enumerable.Range(1, 50_000).Select(number => Action($"u{number * 7 % users}", $"i{number % 90}", number))];
        await using var storage = Open();
        var journals = new JournalImport(storage.Journal, new CatalogImport(storage.Catalog));
        var told = new List<long>();

        await journals.RunAsync(all, new Told(told.Add), Ct);

        Assert.Equal(all.Length, journals.Written);
        Assert.Equal(told.Order(), told);
        Assert.Equal(all.Length, told[^1]);
        foreach (var journal in all.GroupBy(action => action.UserId, action => action.Entry))
        {
            Assert.Equal(journal, await storage.Journal.ReadAsync(journal.Key, Ct));
        }
    }

    [Fact]
    public async Task Actions_FileFailsInTheMiddle_WhatCameBeforeIsThereAndIsNotWrittenAgain()
    {
        const int readable = 20_000;
        ImportedFeedback[] all = [.. Enumerable.Range(1, 2 * readable).Select(number => Action($"u{number % 9}", $"i{number % 90}", number))];
        await using var storage = Open();
        var interrupted = new JournalImport(storage.Journal, new CatalogImport(storage.Catalog));

        await Assert.ThrowsAsync<TooManyRejectedLinesException>(() => interrupted.RunAsync(Broken(), new Progress<long>(), Ct));
        var kept = await storage.Journal.CountEntriesAsync(Ct);
        var again = new JournalImport(storage.Journal, new CatalogImport(storage.Catalog));
        await again.RunAsync(all, new Progress<long>(), Ct);

        // Whole windows of 4,096.
        Assert.Equal(16_384, kept);
        Assert.Equal((all.Length - kept, kept), (again.Written, again.Skipped));
        Assert.Equal(all.Length, await storage.Journal.CountEntriesAsync(Ct));

        IEnumerable<ImportedFeedback> Broken()
        {
            foreach (var action in all.Take(readable))
            {
                yield return action;
            }

            throw new TooManyRejectedLinesException("enough");
        }
    }

    [Fact]
    public async Task Items_ImportedAgain_AreWrittenOnlyWhereTheyDiffer()
    {
        ItemRecord[] items = [new() { ItemId = "a", Categories = ["x", "y"] }, new() { ItemId = "b", Comment = "B" }];
        await using var storage = Open();
        await new CatalogImport(storage.Catalog).RunAsync(items, new Progress<long>(), Ct);

        var again = new CatalogImport(storage.Catalog);
        await again.RunAsync([items[0], items[1] with { Comment = "B2" }], new Progress<long>(), Ct);

        Assert.Equal(1, again.Written);
        Assert.Equal(("B2", 2), ((await storage.Catalog.GetAsync("b", Ct))!.Comment, (await storage.Catalog.GetAsync("b", Ct))!.Version));
    }

    private sealed class Told(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private EmbeddedStorage Open() => EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = _folder.FullName });

    private static ImportedFeedback Action(string user, string item, long time) =>
        new(user, new FeedbackEntry(FeedbackOperation.Set, "read", item, 1, time, (ulong)time));
}
