namespace RecActors.Journal.Redis;

/// <summary>
/// Up to which position users of this process are touched: in <c>touched</c> Redis keeps for each user a position that no entry of the user is above, so that what has changed
/// since a position is found without looking at all users. It is set ahead of the entry, hence once for all that a user does within <see cref="Ahead"/>; to set it is
/// a quarter of what an append costs Redis. Whoever reads since a position reads the journals of some more users, and skips what they did before.
/// What is not known here is only set once more: a bounded table, in which users take the place of others. Thread-safe.
/// </summary>
internal sealed class TouchMarks
{
    /// <summary>
    /// Positions that a user is touched ahead: two seconds. The half keeps marks apart from those of versions that set them at the entry itself: pages of users
    /// end at a mark, which no two may share.
    /// </summary>
    public const double Ahead = 2_000_000.5;

    private const int Slots = 1 << 16;

    private readonly Mark?[] _marks = new Mark?[Slots];

    /// <summary>The position that the user is known to be touched up to; 0 when it is not known under this epoch.</summary>
    public long TouchedThrough(string userId, long epoch)
    {
        // What another owner, a deletion or a Redis that has forgotten leaves behind needs another epoch to be appended to.
        var mark = Volatile.Read(ref SlotOf(userId));
        return mark is not null && mark.Epoch == epoch && mark.UserId == userId ? mark.Through : 0;
    }

    /// <summary>An append is durable: where its last entry was above what was known the script has touched the user, as is taken down here.</summary>
    /// <param name="userId">Whose it was.</param>
    /// <param name="epoch">Of the owner who appended.</param>
    /// <param name="known">What the append was sent with: <see cref="TouchedThrough"/>.</param>
    /// <param name="last">The position of its last entry.</param>
    public void Appended(string userId, long epoch, long known, long last)
    {
        if (last > known)
        {
            Volatile.Write(ref SlotOf(userId), new Mark(userId, epoch, (long)(last + Ahead)));
        }
    }

    private ref Mark? SlotOf(string userId) => ref _marks[(uint)userId.GetHashCode(StringComparison.Ordinal) % Slots];

    private sealed record Mark(string UserId, long Epoch, long Through);
}
