using System.Collections.Frozen;

namespace RecActors.Journal;

/// <summary>One-byte codes of the field's usual feedback types; 0 stands for any other, spelled out. Stored: only ever append.</summary>
internal static class FeedbackTypeCodes
{
    public const byte SpelledOut = 0;

    private static readonly string[] Names =
    [
        "", "read", "view", "click", "like", "star", "share", "purchase", "cart", "rating", "dislike", "hide", "skip",
        "impression", "favorite", "bookmark", "comment", "follow", "play", "watch", "listen", "download", "search", "open",
        "buy", "add_to_cart", "add-to-cart", "fork", "subscribe", "complete", "thumbs_up", "thumbs_down", "upvote", "downvote",
        "not_interested", "save",
    ];

    private static readonly FrozenDictionary<string, byte> Codes =
        Names.Skip(1).Select((name, index) => (name, code: (byte)(index + 1))).ToFrozenDictionary(x => x.name, x => x.code);

    public static byte Of(string type) => Codes.GetValueOrDefault(type, SpelledOut);

    public static string NameOf(byte code) => code < Names.Length
        ? Names[code]
        : throw new InvalidDataException($"Feedback type code {code} is unknown: it was written by a newer version.");
}
