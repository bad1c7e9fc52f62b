using System.Globalization;
using System.IO.Hashing;
using RecActors.Packing;

namespace RecActors.Snapshots;

/// <summary>
/// The log as a file of the data folder for each part: eight bytes that say so, then blocks of a length, an XxHash3 and the content. The hash begins with a number that
/// the database names, so that another site's file is as good as damaged. Reading a file ends where it is: a kill may leave a part of a block. Thread-safe.
/// </summary>
internal sealed class FolderReducedActionLog(SnapshotNumbers numbers, string folder) : IReducedActionLog, IDisposable
{
    private const string Name = "actions";
    private const int HeadBytes = sizeof(uint) + sizeof(ulong);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, long> _parts = Existing(folder);
    private FileStream? _file;
    private long? _number;
    private long _part;

    private static ReadOnlySpan<byte> Magic => "RActLog1"u8;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _parts.Values.Sum();
            }
        }
    }

    public async ValueTask<long> ReadAsync(ulong rules, Func<string, int> rowOf, ReducedActions actions, CancellationToken cancellationToken)
    {
        if (numbers.Of(Name) is not { } number)
        {
            return 0;
        }

        _number = number;
        var position = 0L;
        foreach (var part in Parts())
        {
            var bytes = await File.ReadAllBytesAsync(PathOf(part), cancellationToken);
            position = Math.Max(position, await Task.Run(() => Read(bytes, number, rules, rowOf, actions), cancellationToken));
        }

        return position;
    }

    public async ValueTask WriteAsync(ulong rules, long position, ReducedActions actions, Func<int, string> idOf, CancellationToken cancellationToken)
    {
        var content = new PackedWriter();
        ReducedActionCodec.Write(content, rules, position, actions, idOf);
        var number = await NumberAsync();
        Append(content.Written, number);
    }

    public long BeginPart()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
            return _part = Math.Max(_part, _parts.Keys.LastOrDefault()) + 1;
        }
    }

    public void RemoveBefore(long part)
    {
        lock (_lock)
        {
            foreach (var old in _parts.Keys.Where(number => number < part).ToList())
            {
                File.Delete(PathOf(old));
                _parts.Remove(old);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private static SortedDictionary<long, long> Existing(string folder)
    {
        var parts = new SortedDictionary<long, long>();
        foreach (var file in Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(Name + "-*") : [])
        {
            if (long.TryParse(file.Name.AsSpan(Name.Length + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var part) && part > 0)
            {
                parts.Add(part, file.Length);
            }
        }

        return parts;
    }

    private static long Read(ReadOnlySpan<byte> bytes, long number, ulong rules, Func<string, int> rowOf, ReducedActions actions)
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

            position = Math.Max(position, ReducedActionCodec.Read(bytes.Slice(HeadBytes, (int)length), rules, rowOf, actions));
            bytes = bytes[(HeadBytes + (int)length)..];
        }

        return position;
    }

    private async ValueTask<long> NumberAsync()
    {
        if (_number is { } known)
        {
            return known;
        }

        if (numbers.Of(Name) is not { } number)
        {
            await numbers.SetAsync(Name, number = SnapshotNumbers.New());
        }

        _number = number;
        return number;
    }

    private void Append(ReadOnlySpan<byte> content, long number)
    {
        var head = new PackedWriter(HeadBytes);
        head.WriteUInt32((uint)content.Length);
        head.WriteUInt64(XxHash3.HashToUInt64(content, number));
        lock (_lock)
        {
            _file ??= Begin();
            try
            {
                _file.Write(head.Written);
                _file.Write(content);
                _parts[_part] = _file.Length;
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
        if (_part == 0)
        {
            _part = _parts.Keys.LastOrDefault() + 1;
        }

        var file = new FileStream(PathOf(_part), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(Magic);
        return file;
    }

    private List<long> Parts()
    {
        lock (_lock)
        {
            return [.. _parts.Keys];
        }
    }

    private string PathOf(long part) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Name}-{part:x16}"));
}
