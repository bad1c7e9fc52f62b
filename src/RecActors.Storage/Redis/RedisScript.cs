using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>
/// A Lua script in a resource of this assembly. The client calls it by its hash, and sends it where a server does not know it (yet, or
/// any more). Thread-safe.
/// </summary>
internal sealed class RedisScript
{
    private readonly string _text;

    private RedisScript(string text) => _text = text;

    public static RedisScript Open { get; } = Load("open");

    public static RedisScript Append { get; } = Load("append");

    public static RedisScript Prove { get; } = Load("prove");

    public static RedisScript Delete { get; } = Load("delete");

    public static RedisScript IndexItems { get; } = Load("index-items");

    public static RedisScript Seal { get; } = Load("seal");

    public static RedisScript PutItem { get; } = Load("put-item");

    public static RedisScript FinishBundle { get; } = Load("finish-bundle");

    public Task<RedisResult> RunAsync(IDatabase database, RedisKey[] keys, RedisValue[] arguments) =>
        database.ScriptEvaluateAsync(_text, keys, arguments);

    private static RedisScript Load(string name)
    {
        var resource = $"RecActors.Redis.Scripts.{name}.lua";
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing.");
        using var reader = new StreamReader(stream);
        return new RedisScript(reader.ReadToEnd());
    }
}
