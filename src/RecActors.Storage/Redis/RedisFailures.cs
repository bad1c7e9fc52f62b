using RecActors.Journal;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>What a failed operation says about the journals.</summary>
internal static class RedisFailures
{
    /// <summary>Whether the failure is Redis' or the way to it, and not ours.</summary>
    public static bool IsOurs(Exception failure) =>
        failure is RedisException or RedisTimeoutException or TimeoutException or ObjectDisposedException;

    /// <summary>Runs an operation; failures of Redis say that the journal is unavailable, and whether anything can have been written.</summary>
    public static async Task<T> OrUnavailableAsync<T>(this Task<T> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception failure) when (IsOurs(failure))
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Runs an operation; failures of Redis become failures of input and output.</summary>
    /// <exception cref="IOException">Redis cannot answer.</exception>
    public static async Task<T> OrIoAsync<T>(this Task<T> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception failure) when (IsOurs(failure))
        {
            throw new IOException(Describe(failure), failure);
        }
    }

    public static JournalUnavailableException Unavailable(Exception failure) => new(Describe(failure), failure);

    /// <summary>What happened, and whether anything can have been written.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        RedisServerException { Message: var message } when message.Contains("OOM", StringComparison.Ordinal) =>
            "Redis is full, and has written nothing: " + message,
        RedisServerException { Message: var message } => "Redis refuses: " + message,
        RedisConnectionException { Message: var message } => "Redis cannot be reached: " + message,
        _ => "Redis does not answer: " + failure.Message,
    };
}
