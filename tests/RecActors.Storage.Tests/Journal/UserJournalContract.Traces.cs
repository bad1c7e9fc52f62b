using System.Collections.Concurrent;
using System.Diagnostics;
using RecActors.Storage;

namespace RecActors.Journal;

/// <summary>What the traces of those who append show.</summary>
public abstract partial class UserJournalContract
{
    [Fact]
    public async Task AppendAsync_InATrace_IsASpanOfItAndNotItsCallersCurrentOne()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StorageTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        using var request = new Activity("request").Start();

        var append = journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(1, 2), None);

        Assert.Same(request, Activity.Current);
        Assert.Equal(AppendStatus.Appended, (await append).Status);
        Assert.Same(request, Activity.Current);
        var span = Assert.Single(ended, activity => ReferenceEquals(activity.Parent, request));
        Assert.Equal("storage.append", span.OperationName);
        Assert.Equal(2, span.GetTagItem("recactors.entries"));
    }
}
