using RecActors.Feedback;

namespace RecActors.Journal;

/// <summary>A point in the order in which entries of all users became durable. Zero is before the first.</summary>
public readonly record struct JournalPosition(long Value) : IComparable<JournalPosition>
{
    /// <summary>Before the first entry.</summary>
    public static JournalPosition Start => default;

    public int CompareTo(JournalPosition other) => Value.CompareTo(other.Value);

    public static bool operator <(JournalPosition left, JournalPosition right) => left.Value < right.Value;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.Value > right.Value;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.Value <= right.Value;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.Value >= right.Value;
}

/// <summary>A journal as its new owner finds it. The user's version is the number of entries.</summary>
/// <param name="Epoch">The ownership; 0 of an erased user, whose journal nobody may own.</param>
/// <param name="Entries">All entries.</param>
/// <param name="RefusedUntilMs">Until when an erased user is refused, in Unix milliseconds, UTC; 0 for any other.</param>
public sealed record OpenedJournal(long Epoch, IReadOnlyList<FeedbackEntry> Entries, long RefusedUntilMs = 0);

/// <summary>The epoch of a journal's last opening, and the number of its entries; an append on its way may be counted already.</summary>
public readonly record struct JournalHead(long Epoch, long Length);

/// <summary>One entry with its owner, its number in the user's journal (from 1) and its position among all.</summary>
public readonly record struct JournalRecord(JournalPosition Position, string UserId, long Sequence, FeedbackEntry Entry);

/// <summary>What became of an append.</summary>
public enum AppendStatus
{
    /// <summary>Durable.</summary>
    Appended,

    /// <summary>Refused: another owner has opened the journal, or its length differs. Nothing was written.</summary>
    Fenced,
}

/// <summary>The outcome of an append: with <see cref="AppendStatus.Appended"/>, the journal's new length and the last entry's position.</summary>
public readonly record struct AppendResult(AppendStatus Status, long Length, JournalPosition Position);
