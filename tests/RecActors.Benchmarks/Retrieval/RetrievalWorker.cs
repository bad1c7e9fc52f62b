using System.Globalization;

namespace RecActors.Retrieval;

/// <summary>
/// One side of tests/retrieval: draws vectors into a file that both sides read, and then times what it is told to, a line at a time, so that
/// the two sides can take turns. One thread.
/// </summary>
internal static class RetrievalWorker
{
    public const string Command = "retrieval";

    public static void Run(string[] args)
    {
        var arguments = Arguments.Parse(args);
        var vectors = SyntheticVectors.Of(arguments);
        vectors.Write(arguments.Folder);
        var rounds = new Rounds(vectors, arguments.Folder, arguments.Count);
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds.Run(line)}"));
        }
    }
}
