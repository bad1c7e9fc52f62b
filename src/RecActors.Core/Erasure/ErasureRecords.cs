namespace RecActors.Erasure;

/// <summary>Who is refused: users as keyed hashes (<see cref="UserHashes"/>), each until a time in Unix milliseconds, UTC.</summary>
/// <param name="Key">The key of the hashes.</param>
/// <param name="Users">The refused users, in the order of their hashes.</param>
public sealed record ErasureRecords(ReadOnlyMemory<byte> Key, IReadOnlyList<ErasedUser> Users);

/// <summary>An erased user.</summary>
/// <param name="Hash">The keyed hash of the id.</param>
/// <param name="UntilMs">Until when the user is refused, in Unix milliseconds, UTC.</param>
public readonly record struct ErasedUser(ReadOnlyMemory<byte> Hash, long UntilMs);
