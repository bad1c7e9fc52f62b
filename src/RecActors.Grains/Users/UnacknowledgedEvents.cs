using System.Diagnostics.CodeAnalysis;

namespace RecActors.Users;

/// <summary>
/// The event ids of a user's actions that are on their way to the journal, and the batch of each. Nearly always there is none or one: a table
/// is there only while there are more. Mutable, a part of its owner. Not thread-safe.
/// </summary>
internal struct UnacknowledgedEvents
{
    private ulong _oneHash;
    private WaitingBatch? _one;
    private Dictionary<ulong, WaitingBatch>? _others;

    /// <summary>Adds an id, unless it is on its way already: then the batch it is in.</summary>
    public bool TryAdd(ulong eventHash, WaitingBatch batch, [NotNullWhen(false)] out WaitingBatch? known)
    {
        known = _one is not null && _oneHash == eventHash ? _one : _others?.GetValueOrDefault(eventHash);
        if (known is not null)
        {
            return false;
        }

        if (_one is null)
        {
            (_oneHash, _one) = (eventHash, batch);
        }
        else
        {
            (_others ??= []).Add(eventHash, batch);
        }

        return true;
    }

    public void Remove(ulong eventHash)
    {
        if (_one is not null && _oneHash == eventHash)
        {
            _one = null;
        }
        else if (_others is not null && _others.Remove(eventHash) && _others.Count == 0)
        {
            _others = null;
        }
    }
}
