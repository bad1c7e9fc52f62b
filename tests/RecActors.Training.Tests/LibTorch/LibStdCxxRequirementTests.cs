using CsCheck;

namespace RecActors.LibTorch;

public sealed class LibStdCxxRequirementTests
{
    private static readonly byte[] Original = File.Exists(NativePath("libLibTorchSharp.so")) ? File.ReadAllBytes(NativePath("libLibTorchSharp.so")) : [];

    [Fact]
    public void Lower_TorchSharpsLibrary_PointsNeedAtOlderVersionAndWeakensMarker()
    {
        Assert.SkipUnless(Original.Length > 0, "Linux only.");
        var patched = Original.ToArray();
        var before = new ElfDynamicImage(Original).VersionNeeds().Single(need => need.Version == LibStdCxxRequirement.Demanded);

        Assert.True(LibStdCxxRequirement.Lower(patched));

        var image = new ElfDynamicImage(patched);
        Assert.DoesNotContain(image.VersionNeeds(), need => need.Version == LibStdCxxRequirement.Demanded);
        Assert.Equal(2, image.VersionNeeds().Count(need => need.Version == LibStdCxxRequirement.Sufficient));
        var marker = Assert.Single(image.UndefinedSymbols(before.Index));
        Assert.Equal("_ZSt21ios_base_library_initv", marker.Name);
        Assert.Equal(2, patched[marker.Offset + 4] >> 4);

        // Nothing else is touched: 4 bytes of hash, 4 of name, 1 of binding at most.
        Assert.InRange(Original.Zip(patched).Count(pair => pair.First != pair.Second), 2, 9);
    }

    [Fact]
    public void Lower_Twice_SecondTimeChangesNothing()
    {
        Assert.SkipUnless(Original.Length > 0, "Linux only.");
        var once = Original.ToArray();
        LibStdCxxRequirement.Lower(once);
        var twice = once.ToArray();

        Assert.False(LibStdCxxRequirement.Lower(twice));
        Assert.Equal(once, twice);
    }

    [Fact]
    public void Lower_LibraryWithoutTheNeed_IsLeftAlone()
    {
        Assert.SkipUnless(Original.Length > 0, "Linux only.");
        var library = File.ReadAllBytes(NativePath("libc10.so"));

        Assert.False(LibStdCxxRequirement.Lower(library));
    }

    [Fact]
    public void Lower_NotAnElfFile_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => LibStdCxxRequirement.Lower([]));
        Assert.Throws<InvalidDataException>(() => LibStdCxxRequirement.Lower(new byte[100]));
    }

    [Fact]
    public void Lower_DamagedLibrary_IsRefusedOrPatchedNeverAnotherError()
    {
        Assert.SkipUnless(Original.Length > 0, "Linux only.");
        Gen.Select(Gen.Int[0, 0x50000], Gen.Byte).Array[1, 20].Select(Gen.Int[0, 0x50000]).Sample((damage, length) =>
        {
            var library = Original[..^Math.Min(length, Original.Length)];
            foreach (var (at, value) in damage)
            {
                library[at] = value;
            }

            try
            {
                LibStdCxxRequirement.Lower(library);
            }
            catch (InvalidDataException)
            {
                // Refused: fine.
            }
        }, iter: 200);
    }

    private static string NativePath(string file) => Path.Combine(AppContext.BaseDirectory, file);
}
