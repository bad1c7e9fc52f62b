namespace RecActors.Redis;

/// <summary>What a process is told when it starts on a Redis that it should not use, or not as it is.</summary>
public sealed class RedisStorageStartupTests(RedisServers servers)
{
    [Fact]
    public async Task Start_NobodyThere_SaysWhere()
    {
        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() => RedisInstance.StartAsync("127.0.0.1:1,connectTimeout=200,connectRetry=0"));
        Assert.Contains("127.0.0.1:1 cannot be reached", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongPassword_SaysSoAndNotThePassword()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--requirepass", "right");
        await using (await RedisInstance.StartAsync($"{server.ConnectionString},password=right"))
        {
        }

        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() =>
            RedisInstance.StartAsync($"{server.ConnectionString},password=wrong-secret", configure: options => options.StartTimeout = TimeSpan.FromMinutes(5)));

        Assert.Contains("refuses the user or the password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ConnectionStringThatIsNone_SaysSoAndNotTheString()
    {
        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() => RedisInstance.StartAsync("localhost,password=secret,connectTimeout=soon"));
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NewerFormat_IsRefusedAndLeftAlone()
    {
        var server = await servers.SingleAsync();
        var prefix = RedisInstance.NewPrefix();
        await server.CommandAsync("HSET", prefix + ":installation", "format", "2", "partitions", "16", "more", "things");

        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() => RedisInstance.StartAsync(server.ConnectionString, prefix));

        Assert.Contains("format 2; this version reads up to 1", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(6, (await server.CommandAsync("HGETALL", prefix + ":installation")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Start_OtherPartitions_IsRefused()
    {
        var server = await servers.SingleAsync();
        var prefix = RedisInstance.NewPrefix();
        await using (await RedisInstance.StartAsync(server.ConnectionString, prefix))
        {
        }

        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() =>
            RedisInstance.StartAsync(server.ConnectionString, prefix, options => options.Partitions = 32));

        Assert.Contains("configure 16", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "A", "b", "A", "needs a RecActors:Silo:ServiceId")]
    [InlineData("a", "A", "a", "B", "belongs to the service")]
    [InlineData("a", "A", "b", "B", null)]
    [InlineData("a", "A", "a", "A", null)]
    public async Task Start_ServiceAndPrefixOfTwoInstallations_AreRefused(string prefix, string service, string otherPrefix, string otherService, string? refusal)
    {
        var server = await servers.SingleAsync();
        var test = RedisInstance.NewPrefix();
        await using (await StartAsync(prefix, service))
        {
        }

        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var other = await StartAsync(otherPrefix, otherService);
        });

        Assert.Equal(refusal is not null, failure is RedisStorageException);
        Assert.Contains(refusal ?? "", failure?.Message ?? "", StringComparison.Ordinal);

        Task<RedisInstance> StartAsync(string prefix, string service) =>
            RedisInstance.StartAsync(server.ConnectionString, test + prefix, options => options.ServiceId = test + service);
    }

    [Fact]
    public async Task Start_RefusedForThePrefixOfAnother_LeavesTheServiceFreeForItsOwn()
    {
        var server = await servers.SingleAsync();
        var test = RedisInstance.NewPrefix();
        await using var first = await StartAsync("a", "A");
        await Assert.ThrowsAsync<RedisStorageException>(() => StartAsync("a", "B"));

        await using var corrected = await StartAsync("b", "B");

        Task<RedisInstance> StartAsync(string prefix, string service) =>
            RedisInstance.StartAsync(server.ConnectionString, test + prefix, options => options.ServiceId = test + service);
    }

    [Theory]
    [InlineData("", "appendonly", "yes")]
    [InlineData("appendonly no", "appendonly", "no")]
    [InlineData("up to two seconds", "appendfsync", "everysec")]
    [InlineData("half a minute", "appendfsync", "no")]
    [InlineData("set noeviction", "maxmemory-policy", "allkeys-lru")]
    public async Task Start_SettingThatCanLose_IsAFinding(string finding, string setting, string value)
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--" + setting, value);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);

        if (finding.Length == 0)
        {
            Assert.Empty(instance.Durability.Findings);
        }
        else
        {
            Assert.Contains(finding, Assert.Single(instance.Durability.Findings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_ConfigurationThatIsNotTold_IsAFinding()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--rename-command", "CONFIG", "");
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        Assert.Contains("does not tell its configuration", Assert.Single(instance.Durability.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ConfigurationThatIsNotToldInTime_IsAFinding()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString, configure: options => options.OperationTimeout = TimeSpan.FromSeconds(2));

        await server.SignalAsync("STOP");
        await instance.Durability.CheckAsync();
        await server.SignalAsync("CONT");

        Assert.Contains("does not tell its configuration", Assert.Single(instance.Durability.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RedisFull_WaitsUntilItTakesWrites()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        var prefix = RedisInstance.NewPrefix();
        await using (await RedisInstance.StartAsync(server.ConnectionString, prefix))
        {
        }

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        var starting = RedisInstance.StartAsync(server.ConnectionString, prefix, options => options.StartTimeout = TimeSpan.FromMinutes(1));
        while (!(await server.CommandAsync("INFO", "errorstats")).Contains("errorstat_OOM", StringComparison.Ordinal))
        {
            Assert.False(starting.IsCompleted, starting.Exception?.Message);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await using var instance = await starting;
        Assert.Empty(instance.Durability.Findings);
    }

    [Fact]
    public async Task Start_RedisFullForLongerThanTheStartMayTake_SaysThatItIsFull()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--maxmemory", "1");
        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() => RedisInstance.StartAsync(server.ConnectionString));
        Assert.Contains("Redis is full", refusal.Message, StringComparison.Ordinal);
    }
}
