using System.Collections.Concurrent;
using RecActors.Failures;

namespace RecActors.Hosting;

/// <summary>Makes the next calls of a grain fail, before or after they took effect.</summary>
internal sealed class InjectedFaults : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _before = new();
    private readonly ConcurrentDictionary<string, int> _after = new();

    /// <summary>The store is away: nothing is written.</summary>
    public void FailBefore(string key, int times) => _before[key] = times;

    /// <summary>The acknowledgement is lost: what was asked is done.</summary>
    public void FailAfter(string key, int times) => _after[key] = times;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var key = context.TargetId.Key.ToString()!;
        ThrowIfDue(_before, key);
        await context.Invoke();
        ThrowIfDue(_after, key);
    }

    private static void ThrowIfDue(ConcurrentDictionary<string, int> due, string key)
    {
        if (due.TryGetValue(key, out var times) && times > 0)
        {
            due[key] = times - 1;
            throw new UnavailableException("Injected.");
        }
    }
}
