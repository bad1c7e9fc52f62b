using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Hardware;

namespace RecActors.ItemToItem;

/// <content>
/// What is added later. The pairs of all rows are more than the caches hold, but the ends of all rows' logs are not: an addition goes to the log of its row, and a
/// full log is added to the row at once, for which the row comes into the caches once for all of it. It is added in the order in which it came, so that
/// the row is, to the last bit and place, what it would be if nothing had been put off.
/// </content>
internal sealed partial class PairRow
{
    /// <summary>Additions that wait at most.</summary>
    private const int MostLate = 64;

    /// <summary>A row has room for one to so many of its pairs: 20 bytes to 320.</summary>
    private const int PairsPerLate = 16;

    /// <summary>A shorter log is not worth it: a row of so few pairs takes few cache lines.</summary>
    private const int FewestLate = 4;

    private Addition[]? _log;
    private int _logged;
    private int _logRoom;

    /// <summary>Additions that wait. Whoever reads pairs settles them before.</summary>
    public int Late => _logged;

    /// <summary>Puts an addition off; false when there is no room.</summary>
    /// <param name="other">Row of the other item.</param>
    /// <param name="added">What is added.</param>
    /// <param name="mostPairs">Never so much is put off that the row could have more pairs then.</param>
    public bool TryPutOff(int other, Vector128<float> added, int mostPairs)
    {
        if (Count + _logged >= mostPairs || (_logged == _logRoom && !TryGrowLog()))
        {
            return false;
        }

        ref var place = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_log!), _logged);
        place.Other = other;
        added.StoreUnsafe(ref place.Out);
        _logged++;
        return true;
    }

    /// <summary>Asks for the end of the log, or returns false when there is no room; a hint, for which the stripe need not be held.</summary>
    public bool TryPrefetchLog(int mostPairs)
    {
        if (_log is not { } log || _logged >= _logRoom || Count + _logged >= mostPairs)
        {
            return false;
        }

        CacheHint.Read(ref MemoryMarshal.GetArrayDataReference(log), _logged);
        return true;
    }

    /// <summary>Adds all that was put off, and returns how many pairs are new.</summary>
    public int Settle()
    {
        if (_logged == 0)
        {
            return 0;
        }

        Span<int> places = stackalloc int[MostLate];
        var late = _log.AsSpan(0, _logged);
        var (before, sorted) = (Count, -1);
        PrefetchIndex();
        for (var i = 0; i < late.Length; i++)
        {
            if (_sorted != sorted)
            {
                // At first, and after a merge, which moves them.
                sorted = _sorted;
                Guess(late[i..], places[i..]);
            }

            Add(late[i].Other, Vector128.LoadUnsafe(ref late[i].Out), places[i]);
        }

        _logged = 0;
        return Count - before;
    }

    private void Guess(ReadOnlySpan<Addition> late, Span<int> places)
    {
        // Step by step for all, so that their cache misses overlap.
        for (var i = 0; i < late.Length; i++)
        {
            places[i] = BlockOf(late[i].Other);
        }

        for (var i = 0; i < late.Length; i++)
        {
            places[i] = Guess(late[i].Other, places[i]);
        }
    }

    private bool TryGrowLog()
    {
        var room = Math.Min(MostLate, _capacity / PairsPerLate);
        if (room < FewestLate || room <= _logRoom)
        {
            return false;
        }

        Array.Resize(ref _log, room);
        _logRoom = room;
        return true;
    }

    /// <summary>One line has three of them. The floats are in the order of a pair's.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Addition
    {
        public int Other;
        public float Out;
        public float In;
        public float Next;
        public float Cooccurrence;
    }
}
