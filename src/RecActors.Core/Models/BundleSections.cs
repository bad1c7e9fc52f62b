using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using RecActors.Interest;
using RecActors.Threads;

namespace RecActors.Models;

/// <summary>The binary files of a bundle: little-endian numbers, strings as a 7-bit encoded length and UTF-8.</summary>
internal static class BundleSections
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static ReadOnlyMemory<byte> Write(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, StrictUtf8, leaveOpen: true))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    public static T Read<T>(ReadOnlyMemory<byte> bytes, Func<BinaryReader, T> read)
    {
        using var stream = MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
        using var reader = new BinaryReader(stream, StrictUtf8);
        var value = read(reader);
        return stream.Position == stream.Length
            ? value
            : throw new InvalidDataException($"{stream.Length - stream.Position} bytes follow its end");
    }

    public static void WriteItems(BinaryWriter writer, ModelBundle bundle)
    {
        writer.Write(bundle.ItemIds.Count);
        writer.Write(bundle.Manifest.Dimensions);
        foreach (var itemId in bundle.ItemIds)
        {
            writer.Write(itemId);
        }

        WriteFloats(writer, bundle.ItemVectors);
    }

    public static (string[] ItemIds, float[] Vectors) ReadItems(BinaryReader reader, int dimensions)
    {
        // An id takes a byte at least, so a count that the file cannot hold is refused before memory is asked for.
        var count = ReadCount(reader, 1);
        var stored = reader.ReadInt32();
        if (stored != dimensions)
        {
            throw new InvalidDataException($"its vectors have {stored} dimensions where the manifest says {dimensions}");
        }

        return (ReadIds(reader, count), ReadFloats(reader, (long)count * dimensions));
    }

    /// <summary>Ids of items; a large catalog's take longer than a turn of a thread that gives way.</summary>
    public static string[] ReadIds(BinaryReader reader, int count)
    {
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = reader.ReadString();
            BackgroundThread.GiveWay();
        }

        return ids;
    }

    public static void WriteInterest(BinaryWriter writer, ModelBundle bundle)
    {
        var parameters = bundle.FoldIn;
        writer.Write(parameters.Dimensions);
        writer.Write(parameters.Alpha0);
        writer.Write(parameters.Regularization);
        writer.Write(parameters.Nu);
        writer.Write(parameters.Window);
        writer.Write(parameters.ItemCount);
        writer.Write(parameters.Decays.Length);
        WriteFloats(writer, parameters.Decays);
        WriteFloats(writer, bundle.Gram);
    }

    public static (FoldInParameters Parameters, float[] Gram) ReadInterest(BinaryReader reader)
    {
        var dimensions = ReadCount(reader, sizeof(float));
        var alpha0 = reader.ReadSingle();
        var regularization = reader.ReadSingle();
        var nu = reader.ReadSingle();
        var window = reader.ReadInt32();
        var itemCount = reader.ReadInt32();
        var decays = ReadFloats(reader, ReadCount(reader, sizeof(float)));
        var gram = ReadFloats(reader, (long)dimensions * dimensions);
        return (new FoldInParameters(dimensions, alpha0, regularization, nu, decays, window, itemCount), gram);
    }

    internal static int ReadCount(BinaryReader reader, int bytesEach)
    {
        var count = reader.ReadInt32();
        return count >= 0 && (long)count * bytesEach <= reader.BaseStream.Length - reader.BaseStream.Position
            ? count
            : throw new InvalidDataException($"it claims {count} entries, more than it holds");
    }

    internal static void WriteFloats(BinaryWriter writer, ReadOnlySpan<float> values) => WriteInts(writer, MemoryMarshal.Cast<float, int>(values));

    internal static void WriteInts(BinaryWriter writer, ReadOnlySpan<int> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    internal static int[] ReadInts(BinaryReader reader, long count)
    {
        RequireWords(reader, count);
        var values = new int[count];
        ReadWords(reader, values);
        return values;
    }

    internal static float[] ReadFloats(BinaryReader reader, long count)
    {
        RequireWords(reader, count);
        var values = new float[count];
        ReadWords(reader, MemoryMarshal.Cast<float, int>(values.AsSpan()));
        return values;
    }

    /// <summary>Before anything of that length is allocated.</summary>
    private static void RequireWords(BinaryReader reader, long count)
    {
        if (count * sizeof(int) > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            throw new EndOfStreamException();
        }
    }

    private static void ReadWords(BinaryReader reader, Span<int> words)
    {
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
