namespace RecActors.Feedback;

/// <summary>
/// The event-id hashes of a user's latest actions, by which a repeated delivery is recognised. It surely holds the last
/// <c>capacity</c> of them and at most twice as many: when the newer of two generations is full, the older is dropped.
/// Built from the same actions in the same order it holds the same hashes. Eight bytes an entry before slack, since every
/// active user has one. Not thread-safe.
/// </summary>
public sealed class EventMemory(int capacity)
{
    private readonly int _capacity = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity));
    private HashTable _newer;
    private HashTable _older;

    /// <summary>True when the hash is remembered. The hash 0, "no id", never is.</summary>
    public bool Contains(ulong eventHash) => _newer.Contains(eventHash) || _older.Contains(eventHash);

    /// <summary>Remembers a hash; 0 is ignored.</summary>
    public void Add(ulong eventHash)
    {
        if (eventHash == 0 || Contains(eventHash))
        {
            return;
        }

        if (_newer.Count == _capacity)
        {
            (_older, _newer) = (_newer, default);
        }

        _newer.Add(eventHash);
    }

    /// <summary>
    /// The first few in the order in which they came, without slack: to compare with all of them takes as long as to compute a slot. More in open
    /// addressing with linear probing over hashes that are spread already; 0 marks a free slot.
    /// </summary>
    private struct HashTable
    {
        private const int Few = 64;
        private const int Step = 8;
        private ulong[]? _slots;

        public int Count { get; private set; }

        public readonly bool Contains(ulong hash) => _slots is { } slots && hash != 0
            && (slots.Length <= Few ? slots.AsSpan(0, Count).Contains(hash) : slots[SlotOf(slots, hash)] == hash);

        public void Add(ulong hash)
        {
            if (Count < Few)
            {
                if (Count == (_slots?.Length ?? 0))
                {
                    Array.Resize(ref _slots, Count + Step);
                }

                _slots![Count++] = hash;
                return;
            }

            if (_slots!.Length == Few || (Count + 1) * 5 > _slots.Length * 4)
            {
                Grow();
            }

            _slots[SlotOf(_slots, hash)] = hash;
            Count++;
        }

        private void Grow()
        {
            // Then between five eighths and four fifths of it are filled: no power of two, which would leave half of it empty as often as not.
            var grown = new ulong[(Count * 8 / 5) + 1];
            foreach (var hash in _slots!)
            {
                if (hash != 0)
                {
                    grown[SlotOf(grown, hash)] = hash;
                }
            }

            _slots = grown;
        }

        private static int SlotOf(ulong[] slots, ulong hash)
        {
            // The hash as a fraction of the table, by its high half.
            var slot = (int)(((hash >> 32) * (ulong)slots.Length) >> 32);
            while (slots[slot] != 0 && slots[slot] != hash)
            {
                slot = slot + 1 == slots.Length ? 0 : slot + 1;
            }

            return slot;
        }
    }
}
