using RecActors.Redis;

namespace RecActors.Erasure;

/// <summary>Hashes of users under the installation's key, which is read from Redis at the first question. Thread-safe.</summary>
internal sealed class RedisUserHashes(RedisConnection connection, RedisKeys keys)
{
    private UserHashes? _hashes;

    /// <exception cref="Journal.JournalUnavailableException">Redis cannot answer.</exception>
    public async ValueTask<byte[]> OfAsync(string userId) => (_hashes ??= new UserHashes(await KeyAsync())).Of(userId);

    /// <exception cref="Journal.JournalUnavailableException">Redis cannot answer.</exception>
    public Task<byte[]> KeyAsync() => RedisInstallation.ErasureKeyAsync(connection, keys).OrUnavailableAsync();

    /// <summary>Reads the key anew at the next question.</summary>
    public void Forget() => _hashes = null;
}
