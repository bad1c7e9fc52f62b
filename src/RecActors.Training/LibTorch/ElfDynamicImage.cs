using System.Buffers.Binary;
using System.Text;

namespace RecActors.LibTorch;

/// <summary>
/// The dynamic-linking tables of a 64-bit little-endian ELF shared library, over its bytes: what the loader itself reads, so
/// no section headers are needed. Layout: System V ABI, chapter 5, and the LSB core specification, "Symbol Versioning".
/// </summary>
internal sealed class ElfDynamicImage
{
    private const int SymbolSize = 24;
    private const int SymbolInfoOffset = 4;
    private const int UndefinedSection = 0;

    private readonly byte[] _bytes;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = [];
    private readonly Dictionary<ulong, ulong> _dynamic = [];

    /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF library with dynamic tables.</exception>
    public ElfDynamicImage(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < 64 || !bytes.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("Not a 64-bit little-endian ELF file.");
        }

        ReadProgramHeaders();
    }

    /// <summary>The versions that the library needs of others: DT_VERNEED.</summary>
    public IEnumerable<VersionNeed> VersionNeeds()
    {
        var file = TableOffset(DynamicTag.VersionNeed);
        for (var remaining = _dynamic[DynamicTag.VersionNeedCount]; remaining > 0; remaining--)
        {
            var library = NameAt(UInt32(file + 4));
            var auxiliary = file + UInt32(file + 8);
            for (var count = UInt16(file + 2); count > 0; count--)
            {
                yield return new(library, NameAt(UInt32(auxiliary + 8)), (ushort)(UInt16(auxiliary + 6) & 0x7fff), auxiliary);
                auxiliary += UInt32(auxiliary + 12);
            }

            // An offset of 0 ends the list, whatever the count says.
            var next = UInt32(file + 12);
            if (next == 0)
            {
                yield break;
            }

            file += next;
        }
    }

    /// <summary>Undefined symbols bound to the version of this index.</summary>
    public IEnumerable<UndefinedSymbol> UndefinedSymbols(ushort versionIndex)
    {
        var symbols = TableOffset(DynamicTag.SymbolTable);
        var versions = TableOffset(DynamicTag.VersionSymbol);

        // The GNU hash table covers defined symbols only and names the first of them; the undefined come before.
        var firstHashed = UInt32(TableOffset(DynamicTag.GnuHash) + 4);
        for (uint index = 1; index < firstHashed; index++)
        {
            var symbol = symbols + (index * SymbolSize);
            if (UInt16(symbol + 6) == UndefinedSection && (UInt16(versions + (index * 2)) & 0x7fff) == versionIndex)
            {
                yield return new(NameAt(UInt32(symbol)), symbol);
            }
        }
    }

    /// <summary>Makes one version need ask for what another one asks: its name and hash are copied.</summary>
    public void Repoint(VersionNeed need, VersionNeed replacement)
    {
        Span(replacement.Offset, 4).CopyTo(Span(need.Offset, 4));
        Span(replacement.Offset + 8, 4).CopyTo(Span(need.Offset + 8, 4));
    }

    /// <summary>Lets the loader go on when nothing defines the symbol: binding STB_WEAK.</summary>
    public void MakeWeak(UndefinedSymbol symbol)
    {
        const int WeakBinding = 2;
        ref var info = ref Span(symbol.Offset + SymbolInfoOffset, 1)[0];
        info = (byte)((WeakBinding << 4) | (info & 0xf));
    }

    private void ReadProgramHeaders()
    {
        const uint Load = 1;
        const uint Dynamic = 2;
        var header = UInt64(32);
        var (size, count) = (UInt16(54), UInt16(56));
        (ulong Offset, ulong Size)? dynamic = null;
        for (; count > 0; count--, header += size)
        {
            var (offset, address, fileSize) = (UInt64(header + 8), UInt64(header + 16), UInt64(header + 32));
            switch (UInt32(header))
            {
                case Load:
                    _segments.Add((address, offset, fileSize));
                    break;
                case Dynamic:
                    dynamic = (offset, fileSize);
                    break;
                default:
                    break;
            }
        }

        if (dynamic is not { } table)
        {
            throw new InvalidDataException("The ELF file is not dynamically linked.");
        }

        for (ulong at = 0; at + 16 <= table.Size && UInt64(table.Offset + at) != 0; at += 16)
        {
            _dynamic[UInt64(table.Offset + at)] = UInt64(table.Offset + at + 8);
        }

        foreach (var tag in DynamicTag.Required)
        {
            if (!_dynamic.ContainsKey(tag))
            {
                throw new InvalidDataException($"The ELF file has no dynamic entry 0x{tag:x}.");
            }
        }
    }

    private ulong TableOffset(ulong tag)
    {
        var address = _dynamic[tag];
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
            {
                return segment.Offset + (address - segment.Address);
            }
        }

        throw new InvalidDataException($"The ELF file's dynamic entry 0x{tag:x} points outside its segments.");
    }

    private string NameAt(uint index)
    {
        var start = TableOffset(DynamicTag.StringTable) + index;
        var rest = start < (ulong)_bytes.Length ? _bytes.AsSpan((int)start) : [];
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw new InvalidDataException("The ELF file ends within a name.");
    }

    private ushort UInt16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(Span(offset, 2));

    private uint UInt32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(Span(offset, 4));

    private ulong UInt64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(Span(offset, 8));

    private Span<byte> Span(ulong offset, int length) =>
        offset <= (ulong)_bytes.Length && (ulong)_bytes.Length - offset >= (ulong)length
            ? _bytes.AsSpan((int)offset, length)
            : throw new InvalidDataException("The ELF file ends within a table.");

    /// <summary>A version of a library that the image needs, and where its entry lies.</summary>
    public readonly record struct VersionNeed(string Library, string Version, ushort Index, ulong Offset);

    /// <summary>A symbol that another library has to define, and where its entry lies.</summary>
    public readonly record struct UndefinedSymbol(string Name, ulong Offset);

    private static class DynamicTag
    {
        public const ulong StringTable = 5;
        public const ulong SymbolTable = 6;
        public const ulong GnuHash = 0x6ffffef5;
        public const ulong VersionSymbol = 0x6ffffff0;
        public const ulong VersionNeed = 0x6ffffffe;
        public const ulong VersionNeedCount = 0x6fffffff;

        public static ReadOnlySpan<ulong> Required => [StringTable, SymbolTable, GnuHash, VersionSymbol, VersionNeed, VersionNeedCount];
    }
}
