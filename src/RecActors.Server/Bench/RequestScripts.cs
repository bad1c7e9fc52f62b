namespace RecActors.Bench;

/// <summary>What one connection asks, request by request. Not thread-safe.</summary>
internal interface IRequestScript
{
    /// <summary>The next request; its bytes are valid until the one after it.</summary>
    ReadOnlyMemory<byte> Next();

    /// <summary>Whether the time of the last one is to be told.</summary>
    bool IsTimed => true;

    /// <summary>What became of the last one.</summary>
    void Answered(WireAnswer answer)
    {
    }
}

/// <summary>The same path again and again.</summary>
internal sealed class PathScript(string host, byte[] path) : IRequestScript
{
    private readonly ReadOnlyMemory<byte> _request = new RequestBuffer(host).Get(path);

    public ReadOnlyMemory<byte> Next() => _request;
}

/// <summary>A site's visitors: actions and questions, of users and on items drawn by the world's laws.</summary>
/// <param name="world">Users and items.</param>
/// <param name="actionShare">The share of actions among the requests; the others are questions.</param>
/// <param name="seed">Of the draws.</param>
internal sealed class VisitorScript(BenchWorld world, double actionShare, int seed) : IRequestScript
{
    private readonly VisitorRequests _requests = new(world);
    private readonly Random _random = new(seed);

    public ReadOnlyMemory<byte> Next()
    {
        var user = world.UserChoice.Next(_random);
        return _random.NextDouble() < actionShare
            ? _requests.Action(user, world.ItemChoice.Next(_random))
            : _requests.Question(user);
    }
}

/// <summary>An action and then the question of the same user, which has to see it: nothing can be answered from memory.</summary>
/// <param name="world">Users and items.</param>
/// <param name="seed">Of the draws.</param>
/// <param name="timesQuestions">Whether only the times of the questions are told.</param>
internal sealed class ActionThenQuestionScript(BenchWorld world, int seed, bool timesQuestions = false) : IRequestScript
{
    private readonly VisitorRequests _requests = new(world);
    private readonly Random _random = new(seed);
    private int? _acted;

    public bool IsTimed => !timesQuestions || _acted is null;

    public ReadOnlyMemory<byte> Next()
    {
        if (_acted is { } user)
        {
            _acted = null;
            return _requests.Question(user);
        }

        _acted = world.UserChoice.Next(_random);
        return _requests.Action(_acted.Value, world.ItemChoice.Next(_random));
    }
}

/// <summary>Batches of actions as NDJSON, the users drawn by the world's law.</summary>
internal sealed class BatchScript(BenchWorld world, int actions, bool asArray, int seed) : IRequestScript
{
    private readonly RequestBuffer _buffer = new(world.Host);
    private readonly Random _random = new(seed);

    public ReadOnlyMemory<byte> Next()
    {
        _buffer.StartBody().Body(asArray ? "["u8 : default);
        for (var i = 0; i < actions; i++)
        {
            _buffer.Body(i > 0 && asArray ? ","u8 : default)
                .Body("{\"FeedbackType\":\"watch\",\"UserId\":"u8).Body(world.Users[world.UserChoice.Next(_random)].InJson)
                .Body(",\"ItemId\":"u8).Body(world.Items[world.ItemChoice.Next(_random)].InJson)
                .Body(asArray ? "}"u8 : "}\n"u8);
        }

        return asArray
            ? _buffer.Body("]"u8).Post("/api/feedback"u8, "application/json"u8)
            : _buffer.Post("/api/feedback"u8, "application/x-ndjson"u8);
    }
}

/// <summary>The requests of visitors.</summary>
internal sealed class VisitorRequests(BenchWorld world)
{
    private readonly RequestBuffer _buffer = new(world.Host);
    private readonly byte[] _type = WireId.Of(world.FeedbackType).InJson;

    public ReadOnlyMemory<byte> Question(int user) =>
        _buffer.Get("/api/recommend/"u8, world.Users[user].InPath, "?n=10"u8);

    public ReadOnlyMemory<byte> Action(int user, int item) => _buffer.StartBody()
        .Body("[{\"FeedbackType\":"u8).Body(_type).Body(",\"UserId\":"u8).Body(world.Users[user].InJson)
        .Body(",\"ItemId\":"u8).Body(world.Items[item].InJson)
        .Body("}]"u8)
        .Post("/api/feedback"u8, "application/json"u8);
}
