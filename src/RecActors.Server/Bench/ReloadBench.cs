using System.Globalization;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Journal;

namespace RecActors.Bench;

/// <summary>How many users' journals a second can be taken over, which is what the activation of a user costs the store.</summary>
/// <param name="host">A host with open stores that nothing serves from.</param>
/// <param name="users">Users that are written and read.</param>
/// <param name="actions">Actions of each, one an append, as they come from a site.</param>
/// <param name="output">Where the result goes.</param>
/// <param name="time">The clock.</param>
internal sealed class ReloadBench(IHost host, int users, int actions, TextWriter output, TimeProvider time)
{
    private const string Prefix = "bench-reload-";
    private const int Items = 10_000;
    private const int Writers = 2_000;
    private const int ReadersPerProcessor = 16;
    private const long FirstMs = 1_700_000_000_000;

    private readonly IUserJournal _journal = host.Services.GetRequiredService<IUserJournal>();

    public async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await WriteAsync(cancellationToken);
        Line($"{users:N0} users of {actions} actions are there after {time.GetElapsedTime(began).TotalSeconds:F1} s.");
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            rates.Add(await ReadAsync(cancellationToken));
            Line($"round {round + 1}: {rates[^1]:N0} users a second");
        }

        Line($"{rates.Order().ElementAt(rates.Count / 2):N0} users of {actions} actions a second are taken over and read, in the middle of {rounds} rounds.");
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        // User by user in each group, action by action over the group: a user's actions lie apart, as in life.
        foreach (var group in Enumerable.Range(0, users).Chunk(Writers))
        {
            var owned = new OwnedJournals(_journal);
            var held = await owned.OpenAsync(group.Select(NameOf), cancellationToken);
            await Task.WhenAll(group.Select(async user =>
            {
                for (var action = held[NameOf(user)].Count; action < actions; action++)
                {
                    await owned.AppendAsync(NameOf(user), [EntryOf(user, action)], cancellationToken);
                }
            }));
        }
    }

    private async Task<double> ReadAsync(CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, users)];
        new Random(1).Shuffle(order);
        var next = -1;
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount * ReadersPerProcessor).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) is var place && place < order.Length)
                {
                    var opened = await _journal.OpenAsync(NameOf(order[place]), cancellationToken);
                    if (opened.Entries.Count < actions)
                    {
                        throw new StartupException($"A user has {opened.Entries.Count} actions, and {actions} were written.");
                    }
                }
            },
            cancellationToken)));
        return users / time.GetElapsedTime(started).TotalSeconds;
    }

    private static string NameOf(int user) => $"{Prefix}{user}";

    private static FeedbackEntry EntryOf(int user, int action) =>
        new(FeedbackOperation.Add, "watch", $"i{((user * 31) + (action * 17)) % Items}", 1, FirstMs + (action * 60_000L), (ulong)((user * 1_000_003L) + action + 1));

    private void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
