using System.IO.Compression;
using System.Text.Json;
using RecActors.Hosting;

namespace RecActors.Dumping;

/// <summary>Reads a dump line by line and refuses what is none, by the number of the line.</summary>
internal static class DumpReader
{
    /// <summary>All lines but the first and the last, which are verified.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, cut off, or of a newer format; the message names the line.</exception>
    public static IEnumerable<DumpLine> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        long number = 0, announced = -1;
        while (NextOf(lines, path, number + 1) is { } text)
        {
            number++;
            if (announced >= 0)
            {
                throw Fault(path, number, "it comes after the last line");
            }

            var line = Parse(text, path, number);
            if (number == 1)
            {
                Verify(line, path);
            }
            else if (line.Lines is { } count)
            {
                announced = count;
                if (count != number - 1)
                {
                    throw Fault(path, number, $"it says that there are {count} lines before it");
                }
            }
            else
            {
                Verify(line, path, number);
                yield return line;
            }
        }

        if (announced < 0)
        {
            throw Fault(path, number, "it is the last one, and not the end of a dump: the file is cut off");
        }
    }

    private static string? NextOf(StreamReader lines, string path, long number)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (InvalidDataException failure)
        {
            throw Fault(path, number, "it cannot be decompressed: " + failure.Message);
        }
    }

    private static DumpLine Parse(string text, string path, long number)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DumpJson.Readable.DumpLine) ?? throw Fault(path, number, "it is null");
        }
        catch (JsonException failure)
        {
            throw Fault(path, number, failure.Message);
        }
    }

    private static void Verify(DumpLine first, string path)
    {
        switch (first.Dump)
        {
            case null:
                throw Fault(path, 1, "it is not the beginning of a dump");
            case > DumpFormat.Version:
                throw Fault(path, 1, $"the dump has format {first.Dump}, and this version reads up to {DumpFormat.Version}: use the newer RecActors that wrote it");
        }
    }

    private static void Verify(DumpLine line, string path, long number)
    {
        var fault = line switch
        {
            { Item: { } item } => string.IsNullOrEmpty(item.ItemId) ? "an item has no id" : null,
            { Action: { } action } => string.IsNullOrEmpty(action.User) || action.Entry is not { ItemId.Length: > 0, Type.Length: > 0 } || !double.IsFinite(action.Entry.Value)
                ? "an action has no user, item or type" : null,
            { User: { } user } => string.IsNullOrEmpty(user.UserId) ? "a user has no id" : null,
            { Bundle: { } piece } => piece is { Version: > 0, File.Length: > 0, Piece: not null } ? null : "a piece of a bundle is incomplete",
            { State: { } state } => FaultOf(state),
            { Erased: { } erased } => erased.Hash is null ? "an erased user has no hash" : null,
            { Cuts: not null } or { ErasureKey: not null } => null,
            _ => "it says nothing",
        };
        if (fault is not null)
        {
            throw Fault(path, number, fault);
        }
    }

    private static string? FaultOf(DumpedState state)
    {
        try
        {
            StoredStateDump.Verify(state.Name, state.Json);
            return null;
        }
        catch (InvalidDataException failure)
        {
            return failure.Message;
        }
    }

    private static InvalidDataException Fault(string path, long number, string reason) =>
        new($"{path}, line {number}: {reason}. Nothing was written.");
}
