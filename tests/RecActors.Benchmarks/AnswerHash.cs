using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecActors;

/// <summary>
/// What the synthetic site answers, as two numbers: whoever makes an answer cheaper compares them before and after. The first is of the items in their order, the
/// second of their scores, too.
/// </summary>
internal static class AnswerHash
{
    /// <summary>The first argument.</summary>
    public const string Command = "answers";

    private const int Answers = 3_000;

    public static void Print()
    {
        var site = new SyntheticSite();
        var (items, scores) = (new XxHash64(), new XxHash64());
        for (var answer = 0; answer < Answers; answer++)
        {
            var user = site.NextUser();
            site.Act(user);
            foreach (var item in site.Engine.Recommend(site.Model, site.ContextOf(user), SyntheticSite.Request).Items)
            {
                items.Append(MemoryMarshal.AsBytes([item.Row]));
                scores.Append(MemoryMarshal.AsBytes([item.Row, BitConverter.SingleToInt32Bits(item.Score)]));
            }
        }

        Console.WriteLine($"{Answers} answers: items {items.GetCurrentHashAsUInt64():x16}, with scores {scores.GetCurrentHashAsUInt64():x16}");
    }
}
