using RecActors.Catalog;
using RecActors.Copying;
using RecActors.Erasure;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Users;

namespace RecActors.Dumping;

/// <summary>Writes the lines of a dump, which was read once to its end and found good, into an empty store on which no server runs.</summary>
internal sealed class StoreRestore(StoredData to, TimeProvider time)
{
    private const int Window = 4096;

    private readonly OrderedAppends _appends = new(to.Journal);
    private readonly Dictionary<long, long> _positions = new() { [0] = 0 };
    private readonly List<ItemRecord> _items = [];
    private readonly List<JournalRecord> _actions = [];
    private readonly SortedDictionary<long, SortedDictionary<string, MemoryStream>> _bundles = [];
    private readonly List<DumpedState> _states = [];
    private readonly List<ErasedUser> _erased = [];
    private Queue<long> _cuts = new();
    private byte[]? _erasureKey;
    private long _itemCount;
    private long _actionCount;
    private long _profileCount;

    /// <summary>The numbers of actions at which the dump's models were trained; and that all of it can be read.</summary>
    /// <exception cref="InvalidDataException">The file is no dump, or damaged.</exception>
    public static IReadOnlyList<long> Verify(string path)
    {
        var cuts = new List<long>();
        foreach (var line in DumpReader.Read(path))
        {
            cuts.AddRange(line.Cuts ?? []);
        }

        return cuts;
    }

    public async Task<CopySummary> RunAsync(string path, IReadOnlyList<long> cuts, IProgress<string> progress, CancellationToken cancellationToken)
    {
        _cuts = new Queue<long>(cuts.Where(cut => cut > 0).Order());
        foreach (var line in DumpReader.Read(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TakeAsync(line, progress, cancellationToken);
        }

        await WriteItemsAsync(cancellationToken);
        await WriteActionsAsync(cancellationToken);
        progress.Report("models");
        await WriteModelsAsync(cancellationToken);
        if (_erasureKey is not null)
        {
            await to.Erasures.WriteAsync(new ErasureRecords(_erasureKey, _erased), cancellationToken);
        }

        return new CopySummary(_itemCount, _actionCount, _profileCount, _bundles.Count);
    }

    private async Task TakeAsync(DumpLine line, IProgress<string> progress, CancellationToken cancellationToken)
    {
        switch (line)
        {
            case { Item: { } item }:
                progress.Report("items");
                _items.Add(item);
                await (_items.Count >= Window ? WriteItemsAsync(cancellationToken) : Task.CompletedTask);
                break;
            case { Action: { } action }:
                progress.Report("actions");
                _actions.Add(new JournalRecord(default, action.User, 0, action.Entry));
                _actionCount++;
                var isCut = _cuts.TryPeek(out var cut) && cut == _actionCount;
                await (isCut || _actions.Count >= Window ? WriteActionsAsync(cancellationToken) : Task.CompletedTask);
                if (isCut)
                {
                    _positions[_cuts.Dequeue()] = (await to.Journal.GetHeadAsync(cancellationToken)).Value;
                }

                break;
            case { User: { } user }:
                progress.Report("users");
                await WriteActionsAsync(cancellationToken);
                await WriteUserAsync(user, cancellationToken);
                break;
            case { Bundle: { } piece }:
                var files = _bundles.TryGetValue(piece.Version, out var known) ? known : _bundles[piece.Version] = new(StringComparer.Ordinal);
                var file = files.TryGetValue(piece.File, out var begun) ? begun : files[piece.File] = new MemoryStream();
                file.Write(piece.Piece);
                break;
            case { State: { } state }:
                _states.Add(state);
                break;
            case { ErasureKey: { } key }:
                _erasureKey = key;
                break;
            case { Erased: { } erased }:
                _erased.Add(new ErasedUser(erased.Hash, erased.UntilMs));
                break;
        }
    }

    private async Task WriteItemsAsync(CancellationToken cancellationToken)
    {
        // Issued in the dump's order, and a store numbers them as they are issued: the order of rows in a replica decides ties.
        await Task.WhenAll(_items.Select(item => to.Catalog.PutAsync(item, cancellationToken).AsTask()));
        _itemCount += _items.Count;
        _items.Clear();
    }

    private async Task WriteActionsAsync(CancellationToken cancellationToken)
    {
        if (_actions.Count > 0)
        {
            await _appends.WriteAsync(_actions, cancellationToken);
            _actions.Clear();
        }
    }

    private async Task WriteUserAsync(DumpedUser user, CancellationToken cancellationToken)
    {
        if (!_appends.Contains(user.UserId))
        {
            await to.Journal.RegisterAsync(user.UserId, cancellationToken);
        }

        if (user.LabelsJson is not null || user.Comment is not null || user.WrittenMs is not null)
        {
            // Of one whose time nobody knows, as if it were written now: a session has an end.
            var profile = new UserProfile(user.UserId, user.LabelsJson, user.Comment);
            await new StoredStateDump(to.GrainState).WriteProfileAsync(profile, user.WrittenMs ?? time.GetUtcNow().ToUnixTimeMilliseconds());
            _profileCount++;
        }
    }

    private async Task WriteModelsAsync(CancellationToken cancellationToken)
    {
        foreach (var (version, files) in _bundles)
        {
            var bundle = BundleCodec.Decode(new BundleFiles(
                version, files.ToDictionary(file => file.Key, file => (ReadOnlyMemory<byte>)file.Value.ToArray(), StringComparer.Ordinal)));
            var manifest = bundle.Manifest with { JournalCut = PositionOf(bundle.Manifest.JournalCut) };
            await to.Bundles.SaveAsync(BundleCodec.Encode(bundle with { Manifest = manifest }), cancellationToken);
        }

        var state = new StoredStateDump(to.GrainState);
        foreach (var (name, json) in _states)
        {
            await state.WriteAsync(name, json, PositionOf);
        }
    }

    private long PositionOf(long cut) => _positions.TryGetValue(cut, out var position) ? position : _positions.Values.Max();
}
