using RecActors.Journal;

namespace RecActors.Redis;

/// <summary>Encrypted connections to a Redis whose certificate a private authority has issued.</summary>
public sealed class RedisTlsTests : IDisposable
{
    private readonly PrivateCertificates _certificates = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Start_AuthorityInAFile_StoresOverTls()
    {
        await using var server = await RedisServer.StartTlsAsync(_certificates, None);
        await using var instance = await StartAsync(server, options => options.CertificateAuthorityFile = _certificates.AuthorityFile);

        var opened = await instance.Journal.OpenAsync("ann", None);
        await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 2), None);

        Assert.Equal(Actions.Numbered(0, 2), await instance.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task Start_AuthorityThatNobodyKnows_IsRefusedAtOnceAndSaysWhy()
    {
        await using var server = await RedisServer.StartTlsAsync(_certificates, None);
        using var others = new PrivateCertificates();

        var unknown = await Assert.ThrowsAsync<RedisStorageException>(() => StartAsync(server));
        var another = await Assert.ThrowsAsync<RedisStorageException>(() => StartAsync(server, options => options.CertificateAuthorityFile = others.AuthorityFile));

        Assert.Contains("has a certificate that is not trusted", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("CertificateAuthorityFile", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("has a certificate that is not trusted", another.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CertificateOfAnotherHost_IsRefused()
    {
        await using var server = await RedisServer.StartTlsAsync(_certificates, None);

        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() =>
            RedisInstance.StartAsync($"localhost:{server.Port},ssl=true", configure: options => options.CertificateAuthorityFile = _certificates.AuthorityFile));

        Assert.Contains("has a certificate that is not trusted", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongPasswordOverTls_SaysSoAtOnceAndNotThePassword()
    {
        await using var server = await RedisServer.StartTlsAsync(_certificates, None, "--requirepass", "right");

        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() =>
            StartAsync(server, options => options.CertificateAuthorityFile = _certificates.AuthorityFile, ",password=wrong-secret"));

        Assert.Contains("refuses the user or the password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssl=true", "missing.pem", "cannot be read")]
    [InlineData("ssl=true", "server.key", "no certificate")]
    [InlineData("ssl=false", "authority.pem", "ssl=true")]
    public async Task Start_AuthorityFileOfNoUse_IsRefused(string connection, string file, string reason)
    {
        var path = Path.Combine(Path.GetDirectoryName(_certificates.AuthorityFile)!, file);

        var refusal = await Assert.ThrowsAsync<RedisStorageException>(() =>
            RedisInstance.StartAsync("127.0.0.1:1," + connection, configure: options => options.CertificateAuthorityFile = path));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<RedisInstance> StartAsync(RedisServer server, Action<RedisStorageOptions>? configure = null, string more = "") => RedisInstance.StartAsync(
        server.ConnectionString + ",ssl=true,connectRetry=0,connectTimeout=1000" + more,
        configure: options =>
        {
            options.StartTimeout = TimeSpan.FromMinutes(5);
            configure?.Invoke(options);
        });
}
