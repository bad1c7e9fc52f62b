using System.Globalization;
using System.IO.Hashing;
using RecActors.Packing;
using RecActors.Storage;

namespace RecActors.Snapshots;

/// <summary>
/// The log as a file of the data folder for each part: eight bytes that say so, then blocks of a length, an XxHash3 and the content. The hash begins with a
/// number that the database names, so that another site's file is as good as damaged. Reading a file ends where it is: a kill may leave a part of a block.
/// The database has the epoch of the last process that kept the log, so it shows when another has run since. Thread-safe.
/// </summary>
internal sealed class FolderReducedActionLog(SnapshotNumbers numbers, string folder) : IReducedActionLog, IDisposable
{
    private const string Name = "actions", KeptBy = "actions-kept-by";
    private const int HeadBytes = sizeof(uint) + sizeof(ulong);

    // Taken before the other one: nobody waits for a block to be encoded who only begins a part.
    private readonly Lock _encoding = new();
    private readonly Lock _lock = new();
    private readonly ReducedActionWriter _writer = new();
    private readonly PackedWriter _head = new(HeadBytes);
    private readonly Lazy<SortedDictionary<long, long>> _existing = new(() => Existing(folder), LazyThreadSafetyMode.PublicationOnly);
    private FileStream? _file;
    private long? _number;
    private long _part;
    private bool _isUnsynced;
    private bool _isDisposed;

    /// <summary>Bytes of each part. Looked for when it is asked for first, under the lock.</summary>
    private SortedDictionary<long, long> Lengths => _existing.Value;

    private static ReadOnlySpan<byte> Magic => "RActLog1"u8;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return Lengths.Values.Sum();
            }
        }
    }

    public async ValueTask<long> ReadAsync(
        ulong rules, long after, long head, Func<string, int> rowOf, ReducedActions actions, CancellationToken cancellationToken)
    {
        var (number, keptBy, epoch) = (numbers.Of(Name), numbers.Of(KeptBy), numbers.Epoch());
        var isGoneOn = number is not null && (keptBy == epoch - 1 || keptBy == epoch);
        var highest = 0L;
        foreach (var part in isGoneOn ? Parts() : [])
        {
            var bytes = await File.ReadAllBytesAsync(PathOf(part), cancellationToken);
            highest = Math.Max(highest, await Task.Run(() => Read(bytes, number!.Value, rules, after, rowOf, actions), cancellationToken));
        }

        _number = number;
        if (!isGoneOn || highest > head)
        {
            // Under another number what cannot be removed now will never be taken for a part of this log.
            actions.Clear();
            _number = SnapshotNumbers.New();
            await numbers.SetAsync(Name, _number.Value);
            RemoveBefore(BeginPart());
        }

        await numbers.SetAsync(KeptBy, epoch);
        return highest;
    }

    public ValueTask WriteAsync(ulong rules, ReducedActions actions, Func<int, string> idOf, CancellationToken cancellationToken)
    {
        var number = _number ?? throw new InvalidOperationException("The log is read before it is written.");
        lock (_encoding)
        {
            Append(_writer.Write(rules, actions, idOf), number);
        }

        return ValueTask.CompletedTask;
    }

    public long BeginPart()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
            return _part = Math.Max(_part, Lengths.Keys.LastOrDefault()) + 1;
        }
    }

    public void RemoveBefore(long part)
    {
        lock (_lock)
        {
            var removed = Lengths.Keys.Where(number => number < part).ToList();
            foreach (var old in removed)
            {
                // Somebody may have deleted the folder.
                if (Directory.Exists(folder))
                {
                    File.Delete(PathOf(old));
                }

                _isUnsynced = true;
                Lengths.Remove(old);
            }

            if (_isUnsynced && Directory.Exists(folder))
            {
                DurableFiles.SyncFolder(folder);
            }

            _isUnsynced = false;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            (_file, _isDisposed) = (null, true);
        }
    }

    private static SortedDictionary<long, long> Existing(string folder)
    {
        var parts = new SortedDictionary<long, long>();
        foreach (var file in Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(Name + "-*") : [])
        {
            if (long.TryParse(file.Name.AsSpan(Name.Length + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var part) && part > 0 && file.Name == NameOf(part))
            {
                parts[part] = file.Length;
            }
        }

        return parts;
    }

    private static long Read(ReadOnlySpan<byte> bytes, long number, ulong rules, long after, Func<string, int> rowOf, ReducedActions actions)
    {
        var position = 0L;
        if (!bytes.StartsWith(Magic))
        {
            return position;
        }

        bytes = bytes[Magic.Length..];
        while (bytes.Length >= HeadBytes)
        {
            var head = new PackedReader(bytes[..HeadBytes]);
            var (length, hash) = (head.ReadUInt32(), head.ReadUInt64());
            if (length > bytes.Length - HeadBytes || XxHash3.HashToUInt64(bytes.Slice(HeadBytes, (int)length), number) != hash)
            {
                break;
            }

            position = Math.Max(position, ReducedActionReader.Read(bytes.Slice(HeadBytes, (int)length), rules, after, rowOf, actions));
            bytes = bytes[(HeadBytes + (int)length)..];
        }

        return position;
    }

    private void Append(ReadOnlySpan<byte> content, long number)
    {
        _head.Clear();
        _head.WriteUInt32((uint)content.Length);
        _head.WriteUInt64(XxHash3.HashToUInt64(content, number));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                _file ??= Begin();
                _file.Write(_head.Written);
                _file.Write(content);
                Lengths[_part] = _file.Length;
            }
            catch
            {
                // Behind a part of a block nothing would be read.
                BeginPart();
                throw;
            }
        }
    }

    private FileStream Begin()
    {
        Directory.CreateDirectory(folder);
        _part = Math.Max(_part, Lengths.Keys.LastOrDefault() + 1);

        // Known from here on, so that what a failure leaves is removed with the others.
        Lengths[_part] = 0;
        var file = new FileStream(PathOf(_part), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            file.Write(Magic);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private List<long> Parts()
    {
        lock (_lock)
        {
            return [.. Lengths.Where(static part => part.Value > 0).Select(static part => part.Key)];
        }
    }

    private static string NameOf(long part) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{part:x16}");

    private string PathOf(long part) => Path.Combine(folder, NameOf(part));
}
