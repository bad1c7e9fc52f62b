namespace RecActors.Catalog;

/// <summary>
/// Finds the rows of ids: an open-addressing table of hashes and rows, 8 bytes a place, that compares with the ids where the catalog has them. A dictionary
/// would have an object for each. Rows never leave. One writer at a time, readers without a lock.
/// </summary>
/// <param name="idOf">The id of a row that was added.</param>
internal sealed class IdTable(Func<int, string> idOf)
{
    private const int LeastPlaces = 64;

    /// <summary>Of the places; more would be looked through by linear probing.</summary>
    private const double MostFilled = 0.7;

    /// <summary>The hash in the upper half, the row and one in the lower; 0 for a free place.</summary>
    private ulong[] _places = new ulong[LeastPlaces];

    private int _count;

    /// <summary>The row of an id, when it has one.</summary>
    public bool TryGet(string itemId, out int row)
    {
        var (places, hash) = (Volatile.Read(ref _places), HashOf(itemId));
        for (var place = hash; ; place++)
        {
            var found = Volatile.Read(ref places[place & (places.Length - 1)]);
            if (found == 0)
            {
                row = -1;
                return false;
            }

            if ((uint)(found >> 32) == hash && string.Equals(idOf(RowOf(found)), itemId, StringComparison.Ordinal))
            {
                row = RowOf(found);
                return true;
            }
        }
    }

    /// <summary>Adds a row whose id has none; <c>idOf</c> knows it already.</summary>
    public void Add(string itemId, int row)
    {
        if (_count + 1 > MostFilled * _places.Length)
        {
            Grow();
        }

        Put(_places, ((ulong)HashOf(itemId) << 32) | ((uint)row + 1));
        _count++;
    }

    private static uint HashOf(string itemId) => (uint)itemId.GetHashCode(StringComparison.Ordinal);

    private static int RowOf(ulong place) => (int)((uint)place - 1);

    private static void Put(ulong[] places, ulong added)
    {
        var place = (uint)(added >> 32);
        while (places[place & (places.Length - 1)] != 0)
        {
            place++;
        }

        Volatile.Write(ref places[place & (places.Length - 1)], added);
    }

    private void Grow()
    {
        var grown = new ulong[2 * _places.Length];
        foreach (var place in _places)
        {
            if (place != 0)
            {
                Put(grown, place);
            }
        }

        Volatile.Write(ref _places, grown);
    }
}
