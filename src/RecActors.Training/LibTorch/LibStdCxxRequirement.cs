namespace RecActors.LibTorch;

/// <summary>
/// Lowers what TorchSharp's native library asks of libstdc++ from GCC 13's to GCC 12's version. The only symbol that it takes from
/// GCC 13's is a marker that the linker puts in and nothing calls, so a copy that does without it is as good.
/// </summary>
internal static class LibStdCxxRequirement
{
    /// <summary>The version of GCC 13, which older systems lack.</summary>
    public const string Demanded = "GLIBCXX_3.4.32";

    /// <summary>The version of GCC 12, the oldest that has everything else.</summary>
    public const string Sufficient = "GLIBCXX_3.4.30";

    // std::ios_base_library_init(): bits/ostream.tcc of GCC 13 names it so that programs fail to start with an older library.
    private const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>
    /// Patches the library in place: the need of <see cref="Demanded"/> is pointed at <see cref="Sufficient"/> and the marker is made weak.
    /// </summary>
    /// <returns>False, with nothing changed, when the library does not ask for <see cref="Demanded"/>.</returns>
    /// <exception cref="InvalidDataException">Not an ELF library, or it takes more than the marker from the newer version.</exception>
    public static bool Lower(byte[] library)
    {
        var image = new ElfDynamicImage(library);
        var needs = image.VersionNeeds().ToList();
        var demanded = needs.FindIndex(need => need.Version == Demanded);
        if (demanded < 0)
        {
            return false;
        }

        var sufficient = needs.FindIndex(need => need.Version == Sufficient && need.Library == needs[demanded].Library);
        var symbols = image.UndefinedSymbols(needs[demanded].Index).ToList();
        if (sufficient < 0 || symbols.Exists(symbol => symbol.Name != Marker))
        {
            throw new InvalidDataException(
                $"The library takes more from {Demanded} than a marker: {string.Join(", ", symbols.Select(symbol => symbol.Name))}.");
        }

        image.Repoint(needs[demanded], needs[sufficient]);
        symbols.ForEach(image.MakeWeak);
        return true;
    }
}
