using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecActors;

/// <summary>
/// What the synthetic site answers, as two numbers: whoever makes an answer cheaper compares them before and after. The first is of the items in their order, the
/// second of their scores, too. Where they differ, as between processors with and without AVX-512, answers can be kept in a file and compared.
/// </summary>
internal static class AnswerHash
{
    /// <summary>The first argument.</summary>
    public const string Command = "answers";

    /// <summary>The argument after which two files of answers follow.</summary>
    public const string Comparison = "compare";

    private const int Answers = 3_000;

    /// <summary>Prints the numbers, and writes the answers into a file if one is named.</summary>
    public static void Print(string? file = null)
    {
        var site = new SyntheticSite();
        var (items, scores) = (new XxHash64(), new XxHash64());
        using var kept = file is null ? Stream.Null : File.Create(file);
        for (var answer = 0; answer < Answers; answer++)
        {
            var user = site.NextUser();
            site.Act(user);
            var best = site.Engine.Recommend(site.Model, site.ContextOf(user), SyntheticSite.Request).Items;
            kept.Write(MemoryMarshal.AsBytes([best.Count]));
            foreach (var item in best)
            {
                items.Append(MemoryMarshal.AsBytes([item.Row]));
                var scored = MemoryMarshal.AsBytes([item.Row, BitConverter.SingleToInt32Bits(item.Score)]);
                scores.Append(scored);
                kept.Write(scored);
            }
        }

        Console.WriteLine($"{Answers} answers: items {items.GetCurrentHashAsUInt64():x16}, with scores {scores.GetCurrentHashAsUInt64():x16}");
    }

    /// <summary>Prints how many answers of two files name other items or another order, and by how much an item's score differs at most.</summary>
    public static void Compare(string file, string other)
    {
        var (ones, others) = (Read(file), Read(other));
        var (moved, largest, atPlace) = (0, 0f, 0f);
        foreach (var (one, two) in ones.Zip(others))
        {
            var scores = two.ToDictionary(item => item.Row, item => item.Score);
            largest = one.Where(item => scores.ContainsKey(item.Row)).Select(item => Math.Abs(item.Score - scores[item.Row])).Append(largest).Max();
            if (!one.Select(item => item.Row).SequenceEqual(two.Select(item => item.Row)))
            {
                moved++;
                atPlace = one.Zip(two, (first, second) => Math.Abs(first.Score - second.Score)).Append(atPlace).Max();
            }
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{moved} of {ones.Count} answers differ in items or order, the scores at their places by at most {atPlace:g2}; an item's score differs by at most {largest:g2}"));
    }

    private static List<(int Row, float Score)[]> Read(string file)
    {
        var answers = new List<(int Row, float Score)[]>();
        using var reader = new BinaryReader(File.OpenRead(file));
        while (answers.Count < Answers)
        {
            answers.Add([.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => (reader.ReadInt32(), reader.ReadSingle()))]);
        }

        return answers;
    }
}
