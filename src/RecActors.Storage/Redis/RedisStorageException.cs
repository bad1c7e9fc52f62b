namespace RecActors.Redis;

/// <summary>
/// Redis was refused at start: it cannot be reached, does not let us in, or holds an installation that this process must not touch.
/// The message says what to do. Nothing was changed.
/// </summary>
public sealed class RedisStorageException : IOException
{
    public RedisStorageException()
    {
    }

    public RedisStorageException(string message)
        : base(message)
    {
    }

    public RedisStorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
