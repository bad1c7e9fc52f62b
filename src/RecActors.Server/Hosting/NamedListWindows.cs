using Microsoft.Extensions.Options;
using RecActors.Items;
using RecActors.ItemToItem;

namespace RecActors.Hosting;

/// <summary>
/// Refuses a list of the configuration that names a window of trending items that nobody counts. Only a process that counts them itself knows
/// which there are; a gateway before other silos answers 404 with their names.
/// </summary>
internal sealed class NamedListWindows(IOptions<ItemStatisticsOptions> counted) : IValidateOptions<NamedListsOptions>
{
    public ValidateOptionsResult Validate(string? name, NamedListsOptions options)
    {
        var windows = counted.Value.Trending.WindowNames();
        var unknown = options.Named.Where(list => list.Value.Window is { } window && !windows.Contains(window))
            .Select(list => $"{NamedListsOptions.Section}: the list {list.Key} names the window {list.Value.Window}, and the windows that are counted are {string.Join(", ", windows)}.")
            .ToList();
        return unknown.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(unknown);
    }
}
