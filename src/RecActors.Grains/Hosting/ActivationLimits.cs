using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RecActors.Items;

namespace RecActors.Hosting;

/// <summary>How long activations stay: by idleness, and less while memory is short.</summary>
internal sealed class ActivationLimits(IOptions<MemoryOptions> memory) : IConfigureOptions<GrainCollectionOptions>
{
    public void Configure(GrainCollectionOptions options)
    {
        options.CollectionAge = memory.Value.UserIdleAge;

        // An item's grain has nothing to remember between writes; an idle user's state is read back in a fraction of a millisecond.
        options.ClassSpecificCollectionAge[typeof(ItemGrain).FullName!] = GrainCallLimits.ItemCollectionAge;
        options.EnableActivationSheddingOnMemoryPressure = true;
        options.MemoryUsageLimitPercentage = memory.Value.ShedAbovePercent;
        options.MemoryUsageTargetPercentage = memory.Value.ShedToPercent;
        options.MemoryUsagePollingPeriod = memory.Value.ShedInterval;
    }
}
