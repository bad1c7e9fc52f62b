using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using RecActors.ItemToItem;

namespace RecActors;

/// <summary>
/// What counting an action takes where the caches do not hold the table: as many items as MovieLens' small sample, drawn by Zipf's law, ten thousand users alike, a table that is
/// full of pairs. Prints the CPU of an action and a number that stands for all that was counted of the pairs: whoever makes counting cheaper compares both before and after.
/// </summary>
internal static class CountingCost
{
    /// <summary>The first argument.</summary>
    public const string Command = "count";

    private const int Items = 9_742;
    private const int Users = 10_000;
    private const int Window = 20;
    private const int Parts = 5;

    /// <summary>Counts so many actions to fill the table, and measures as many more in parts.</summary>
    public static void Print(int actions)
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        var random = new Random(1);
        var cumulative = new double[Items];
        var sum = 0d;
        for (var rank = 0; rank < Items; rank++)
        {
            cumulative[rank] = sum += 1d / (rank + 1);
        }

        var places = Enumerable.Range(0, Items).ToArray();
        random.Shuffle(places);
        var histories = new int[Users * Window];
        var lengths = new int[Users];
        var (rows, sources) = (new int[actions], new int[actions * Window]);
        var counts = new int[actions];
        for (var part = 0; part <= Parts; part++)
        {
            // Beforehand, so that only counting is measured.
            var some = part == 0 ? actions : actions / Parts;
            for (var i = 0; i < some; i++)
            {
                var at = Array.BinarySearch(cumulative, random.NextDouble() * sum);
                var (row, user) = (places[at < 0 ? ~at : at], random.Next(Users));
                var history = histories.AsSpan(user * Window, Window);
                rows[i] = row;
                counts[i] = 0;
                foreach (var earlier in history[..lengths[user]])
                {
                    if (earlier != row)
                    {
                        sources[(i * Window) + counts[i]++] = earlier;
                    }
                }

                var known = history[..lengths[user]].IndexOf(row);
                lengths[user] = known >= 0 ? lengths[user] : Math.Min(Window, lengths[user] + 1);
                var moved = known >= 0 ? known : lengths[user] - 1;
                history[..moved].CopyTo(history[1..]);
                history[0] = row;
            }

            var before = Process.GetCurrentProcess().TotalProcessorTime;
            for (var i = 0; i < some; i++)
            {
                statistics.Count(new ItemAction(rows[i], 1, IsRepeat: false, i), sources.AsSpan(i * Window, counts[i]));
            }

            var took = Process.GetCurrentProcess().TotalProcessorTime - before;
            Console.WriteLine(FormattableString.Invariant($"{(part == 0 ? "filled" : "counted")}: {took.TotalMicroseconds / some:f2} µs of CPU an action, {statistics.PairCount} pairs"));
        }

        Console.WriteLine($"counted: {Hash(statistics):x16}");
    }

    private static ulong Hash(ItemStatistics statistics)
    {
        var hash = new XxHash64();
        for (var row = 0; row < Items; row++)
        {
            if (statistics.Pairs.RowOrNull(row) is { } pairs)
            {
                hash.Append(MemoryMarshal.AsBytes([row, pairs.Count]));
                hash.Append(MemoryMarshal.AsBytes([pairs.OutMass, pairs.InMass, pairs.NextMass]));
                foreach (var pair in Enumerable.Range(0, pairs.Count).OrderBy(pair => pairs.Others[pair]))
                {
                    hash.Append(MemoryMarshal.AsBytes(pairs.Others.Slice(pair, 1)));
                    hash.Append(MemoryMarshal.AsBytes(pairs.Values.Slice(pair * PairRow.Width, PairRow.Width)));
                }
            }
        }

        return hash.GetCurrentHashAsUInt64();
    }
}
