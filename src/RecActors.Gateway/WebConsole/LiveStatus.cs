using System.Text.Json;
using RecActors.Calls;
using RecActors.Erasure;
using RecActors.Health;
using RecActors.Json;
using RecActors.Models;
using RecActors.Training;
using RecActors.Users;

namespace RecActors.WebConsole;

/// <summary>How the system is, as the console shows it: looked up at most once a second, however many watch. Thread-safe.</summary>
internal sealed class LiveStatus(
    IGrainFactory grains, IServingHealth health, RequestWindow window, TimeProvider time, IClusterManifestProvider? manifests = null)
{
    /// <summary>How often there is news.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<string>? _current;
    private long _taken;

    /// <summary>JSON of a <see cref="LiveStatusBody"/> that is at most <see cref="Interval"/> old.</summary>
    public Task<string> GetAsync()
    {
        lock (_gate)
        {
            if (_current is null || (_current.IsCompleted && time.GetElapsedTime(_taken) >= Interval))
            {
                _taken = time.GetTimestamp();
                _current = TakeAsync();
            }

            return _current;
        }
    }

    private async Task<string> TakeAsync()
    {
        var report = await health.CheckAsync(CancellationToken.None);
        var refit = OrNullAsync(grains.GetGrain<ITrainerGrain>(0).GetStatusAsync());
        var serving = OrNullAsync(grains.GetGrain<IModelRegistryGrain>(0).GetServingAsync());
        var erasure = OrNullAsync(grains.GetGrain<IErasuresGrain>(0).GetStatusAsync());
        var silos = OrNullAsync(SilosAsync(grains.GetGrain<IManagementGrain>(0)));
        var body = new LiveStatusBody(
            time.GetUtcNow().UtcDateTime,
            report.Ready,
            report.DataStoreConnected,
            report.Store,
            report.Reason,
            await serving is { Version: > 0 } current ? current.Version : report.ModelVersion,
            await refit is { } status ? RefitStatusBody.From(status) : null,
            await erasure is { } erased ? ErasureStatusBody.From(erased) : null,
            window.Read(),
            await silos ?? []);
        return JsonSerializer.Serialize(body, ApiJson.TypeOf<LiveStatusBody>());
    }

    private async Task<IReadOnlyList<SiloBody>> SilosAsync(IManagementGrain management)
    {
        var hosts = await management.GetDetailedHosts(onlyActive: true);
        var statistics = hosts.Length == 0 ? [] : await management.GetRuntimeStatistics([.. hosts.Select(host => host.SiloAddress)]);
        return [.. hosts
            .Zip(statistics, (host, load) => new SiloBody(
                host.SiloName,
                host.SiloAddress.Endpoint.ToString(),
                host.Status.ToString(),
                RolesOf(host.SiloAddress),
                host.StartTime,
                load?.EnvironmentStatistics.FilteredCpuUsagePercentage,
                load?.EnvironmentStatistics.RawMemoryUsageBytes,
                load?.ActivationCount))
            .OrderBy(silo => silo.Name, StringComparer.Ordinal)];
    }

    /// <summary>A silo offers the grains of its roles only; none are known of one that has just come.</summary>
    private IReadOnlyList<string> RolesOf(SiloAddress address)
    {
        if (manifests?.Current.Silos.TryGetValue(address, out var offered) is not true)
        {
            return [];
        }

        return [.. new[] { ("serve", grains.GetGrain<IUserGrain>("any").GetGrainId()), ("train", grains.GetGrain<ITrainerGrain>(0).GetGrainId()) }
            .Where(role => offered.Grains.ContainsKey(role.Item2.Type))
            .Select(role => role.Item1)];
    }

    /// <summary>What does not answer is left out: the rest is the more wanted then.</summary>
    private async Task<T?> OrNullAsync<T>(Task<T> call)
    {
        try
        {
            return await call.WaitAsync(AnswerWithin, time);
        }
        catch (Exception failure) when (TransientFaults.Includes(failure))
        {
            return default;
        }
    }
}
