using System.IO.Hashing;
using System.Runtime.InteropServices;
using RecActors.Catalog;

namespace RecActors.Sharding;

/// <summary>
/// Which shard an item belongs to, and under which number it is known outside this process: its <b>key</b>, a hash of its id. It
/// follows the catalog's rows, 24 to 40 bytes a row. Safe for concurrent use; readers take no lock once a row is known. Should two
/// ids share a key (of 10⁷ ids two do with a probability of 3 in a million), the later one has no slot, hence no vector.
/// </summary>
public sealed class ShardedItems
{
    /// <summary>What <see cref="SlotOf"/> says of a row without a slot.</summary>
    public const int None = -1;

    private readonly Lock _writer = new();
    private readonly CatalogReplica _catalog;
    private readonly RowList[] _rows;
    private ulong[] _keys = [];
    private int[] _slots = [];

    /// <summary>Open addressing: a row + 1, or 0, at the key's place or after it. Never more than two thirds full.</summary>
    private int[] _table = new int[16];
    private int _count;

    /// <param name="catalog">Whose rows are followed.</param>
    /// <param name="shards">Number of shards, at least 1.</param>
    public ShardedItems(CatalogReplica catalog, int shards)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        _catalog = catalog;
        _rows = [.. Enumerable.Range(0, shards).Select(_ => new RowList())];
    }

    /// <summary>Number of shards.</summary>
    public int Shards => _rows.Length;

    /// <summary>The key of an id, the same in every process: XXH3 of its UTF-16 code units.</summary>
    public static ulong KeyOf(string itemId) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(itemId.AsSpan()));

    /// <summary>The key of a row of the catalog.</summary>
    public ulong KeyOf(int row)
    {
        CatchUp();
        return Volatile.Read(ref _keys)[row];
    }

    /// <summary>The shard of a row of the catalog.</summary>
    public int ShardOf(int row) => (int)(KeyOf(row) % (uint)Shards);

    /// <summary>The row's place among the rows of its shard, or <see cref="None"/>.</summary>
    public int SlotOf(int row)
    {
        CatchUp();
        return Volatile.Read(ref _slots)[row];
    }

    /// <summary>The row of a key, when this process knows the item.</summary>
    public bool TryGetRow(ulong key, out int row)
    {
        CatchUp();
        var table = Volatile.Read(ref _table);
        for (var place = PlaceOf(key, table); Volatile.Read(ref table[place]) is not 0 and var entry; place = (place + 1) & (table.Length - 1))
        {
            if (Volatile.Read(ref _keys)[entry - 1] == key)
            {
                row = entry - 1;
                return true;
            }
        }

        row = None;
        return false;
    }

    /// <summary>The rows of a shard by slot.</summary>
    public ReadOnlyMemory<int> RowsOf(int shard)
    {
        CatchUp();
        return _rows[shard].Rows;
    }

    private void CatchUp()
    {
        if (Volatile.Read(ref _count) >= _catalog.Count)
        {
            return;
        }

        lock (_writer)
        {
            var count = _catalog.Count;
            EnsureCapacity(count);
            for (var row = _count; row < count; row++)
            {
                Add(row, KeyOf(_catalog.IdOf(row)));
            }

            Volatile.Write(ref _count, Math.Max(_count, count));
        }
    }

    private void EnsureCapacity(int rows)
    {
        if (rows > _keys.Length)
        {
            // A quarter more, so that a catalog which grows by single items does not copy with each of them.
            var capacity = Math.Max(rows, _keys.Length + (_keys.Length / 4));
            Volatile.Write(ref _keys, Grown(_keys, capacity));
            Volatile.Write(ref _slots, Grown(_slots, capacity));
        }

        if (rows > _table.Length / 3 * 2)
        {
            var table = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(rows + (rows / 2)) + 16)];
            for (var row = 0; row < _count; row++)
            {
                if (_slots[row] != None)
                {
                    Insert(table, _keys[row], row);
                }
            }

            Volatile.Write(ref _table, table);
        }
    }

    private void Add(int row, ulong key)
    {
        _keys[row] = key;
        _slots[row] = Insert(_table, key, row) ? _rows[(int)(key % (uint)Shards)].Add(row) : None;
    }

    /// <summary>False when the key is taken.</summary>
    private bool Insert(int[] table, ulong key, int row)
    {
        var place = PlaceOf(key, table);
        while (table[place] is not 0 and var entry)
        {
            if (_keys[entry - 1] == key)
            {
                return false;
            }

            place = (place + 1) & (table.Length - 1);
        }

        Volatile.Write(ref table[place], row + 1);
        return true;
    }

    // The low bits choose the shard: places come from the high ones.
    private static int PlaceOf(ulong key, int[] table) => (int)(key >> 32) & (table.Length - 1);

    private static T[] Grown<T>(T[] array, int capacity)
    {
        var grown = new T[capacity];
        array.CopyTo(grown, 0);
        return grown;
    }

    /// <summary>A shard's rows: one writer, any number of readers.</summary>
    private sealed class RowList
    {
        private int[] _rows = [];
        private int _count;

        public ReadOnlyMemory<int> Rows
        {
            get
            {
                // The count first: rows below it are in every later array.
                var count = Volatile.Read(ref _count);
                return Volatile.Read(ref _rows).AsMemory(0, count);
            }
        }

        public int Add(int row)
        {
            var slot = _count;
            if (slot == _rows.Length)
            {
                Volatile.Write(ref _rows, Grown(_rows, Math.Max(64, slot + (slot / 4))));
            }

            _rows[slot] = row;
            Volatile.Write(ref _count, slot + 1);
            return slot;
        }
    }
}
