using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecActors.Catalog;
using RecActors.Feedback;

namespace RecActors.Dumping;

/// <summary>One line of a dump; <c>docs/storage-format.md</c> describes them. Exactly one part is there.</summary>
internal sealed record DumpLine
{
    /// <summary>The first line: the format.</summary>
    public int? Dump { get; init; }

    public ItemRecord? Item { get; init; }

    public DumpedAction? Action { get; init; }

    public DumpedUser? User { get; init; }

    /// <summary>After the actions: numbers of actions at which models were trained.</summary>
    public long[]? Cuts { get; init; }

    public DumpedFile? Bundle { get; init; }

    public DumpedState? State { get; init; }

    /// <summary>The key of the hashes of erased users.</summary>
    public byte[]? ErasureKey { get; init; }

    public DumpedErasure? Erased { get; init; }

    /// <summary>The last line: how many lines there are before it.</summary>
    public long? Lines { get; init; }
}

/// <summary>An action, in the order of all. <paramref name="User"/> is whose it is.</summary>
internal sealed record DumpedAction(string User, FeedbackEntry Entry);

/// <summary>A user, with what the site says of it. <paramref name="WrittenMs"/> is when that was written; null when nobody knows, or it never was.</summary>
internal sealed record DumpedUser(string UserId, string? LabelsJson = null, string? Comment = null, long? WrittenMs = null);

/// <summary>A piece of a file of a bundle; the pieces come in order.</summary>
internal sealed record DumpedFile(long Version, string File, byte[] Piece);

/// <summary>What a grain has stored.</summary>
internal sealed record DumpedState(string Name, string Json);

/// <summary>A user who is refused.</summary>
internal sealed record DumpedErasure(byte[] Hash, long UntilMs);

/// <summary>Lines as JSON: the same content gives the same bytes.</summary>
[JsonSerializable(typeof(DumpLine))]
internal sealed partial class DumpJson : JsonSerializerContext
{
    public static DumpJson Readable { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
