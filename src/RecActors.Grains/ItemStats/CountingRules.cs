using System.IO.Hashing;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RecActors.Feedback;
using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>What is counted how, as a number: what was written under other rules is of no use to a start. Nothing of it changes while the process lives.</summary>
internal sealed class CountingRules(ItemStatistics statistics, IOptions<FeedbackPolicyOptions> policy)
{
    private readonly Lazy<ulong> _hash = new(() => XxHash3.HashToUInt64([
        .. BitConverter.GetBytes(ItemStatistics.CountingRules), .. JsonSerializer.SerializeToUtf8Bytes(statistics.Options), .. JsonSerializer.SerializeToUtf8Bytes(policy.Value)]));

    /// <summary>A hash of the options, as JSON.</summary>
    public ulong Hash => _hash.Value;
}
