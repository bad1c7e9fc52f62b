using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace RecActors.LibTorch;

public sealed class TorchNativeLibraryTests
{
    [Fact]
    public void MakeLoadable_AnySystem_TorchTrains()
    {
        TorchNativeLibrary.MakeLoadable(NullLogger.Instance);
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using var line = nn.Linear(1, 1);
        using var optimizer = optim.SGD(line.parameters(), learningRate: 0.1);
        var inputs = tensor(new float[] { -1, 0, 1, 2 }).reshape(4, 1);
        var targets = (inputs * 3) + 1;

        for (var step = 0; step < 200; step++)
        {
            optimizer.zero_grad();
            nn.functional.mse_loss(line.forward(inputs), targets).backward();
            optimizer.step();
        }

        Assert.Equal(3, line.weight!.item<float>(), 0.01);
        Assert.Equal(1, line.bias!.item<float>(), 0.01);
    }

    [Fact]
    public void MakeLoadable_SystemLibraryTooOld_LoadsPatchedCopyFromCache()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && SystemLibraryIsTooOld(), "The system's libstdc++ has what TorchSharp asks for.");

        TorchNativeLibrary.MakeLoadable(NullLogger.Instance);
        Assert.Equal(4, ones(2, 2).sum().item<float>());

        var loaded = File.ReadLines("/proc/self/maps").Where(line => line.EndsWith("libLibTorchSharp.so", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct();
        var copy = Assert.Single(loaded);
        Assert.NotEqual(AppContext.BaseDirectory, Path.GetDirectoryName(copy) + "/");
        Assert.False(LibStdCxxRequirement.Lower(File.ReadAllBytes(copy)), "The copy still asks for the newer version.");
    }

    private static bool SystemLibraryIsTooOld() =>
        File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(path => path.Contains("libstdc++.so.6", StringComparison.Ordinal)) is { } library
        && File.ReadAllBytes(library).AsSpan().IndexOf("GLIBCXX_3.4.32"u8) < 0;
}
