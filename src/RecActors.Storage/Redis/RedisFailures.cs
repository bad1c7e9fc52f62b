using RecActors.Catalog;
using RecActors.Journal;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>What a failed operation says about the stores: each port has an exception of its own for it.</summary>
internal static class RedisFailures
{
    /// <summary>How Redis' errors begin that say when, not that.</summary>
    private static readonly string[] Passing =
        ["OOM", "READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "MISCONF", "CLUSTERDOWN", "TRYAGAIN", "BUSY"];

    /// <summary>Whether the failure is Redis' or the way to it, and not ours.</summary>
    public static bool IsOurs(Exception failure) =>
        failure is RedisException or RedisTimeoutException or TimeoutException or ObjectDisposedException;

    /// <summary>Whether waiting may help: Redis is away, slow, loading, failing over, full, or cannot write to its disk or its replicas.</summary>
    public static bool MayPass(Exception failure) =>
        failure is RedisServerException { Message: var message } ? Array.Exists(Passing, code => message.StartsWith(code, StringComparison.Ordinal)) : IsOurs(failure);

    /// <exception cref="JournalUnavailableException">Redis cannot answer.</exception>
    public static Task<T> OrUnavailableAsync<T>(this Task<T> operation) => OrThrowAsync(operation, Unavailable);

    /// <exception cref="CatalogUnavailableException">Redis cannot answer.</exception>
    public static Task<T> OrCatalogUnavailableAsync<T>(this Task<T> operation) =>
        OrThrowAsync(operation, static failure => new CatalogUnavailableException(Describe(failure), failure));

    /// <exception cref="IOException">Redis cannot answer.</exception>
    public static Task<T> OrIoAsync<T>(this Task<T> operation) =>
        OrThrowAsync(operation, static failure => new IOException(Describe(failure), failure));

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

    private static async Task<T> OrThrowAsync<T>(Task<T> operation, Func<Exception, Exception> translate)
    {
        try
        {
            return await operation;
        }
        catch (Exception failure) when (IsOurs(failure))
        {
            throw translate(failure);
        }
    }
}
