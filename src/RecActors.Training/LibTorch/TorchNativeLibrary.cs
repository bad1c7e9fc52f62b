using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace RecActors.LibTorch;

/// <summary>
/// Makes TorchSharp load on systems whose libstdc++ is GCC 12's, such as Debian 12, without a manual step: when the runtime has
/// failed to load its native library for that reason, a patched copy is made once per user and loaded instead. Elsewhere
/// it does nothing. Why and how: <c>docs/decisions/libtorch-on-debian-12.md</c>.
/// </summary>
internal static class TorchNativeLibrary
{
    private const string Name = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly Lock Gate = new();
    private static ILogger? _logger;
    private static nint _handle;

    /// <summary>
    /// Has to be called before the first use of TorchSharp in the process; later calls do nothing. Thread-safe.
    /// </summary>
    public static void MakeLoadable(ILogger logger)
    {
        lock (Gate)
        {
            if (_logger is null && OperatingSystem.IsLinux())
            {
                // Raised only after the regular probing failed. TorchSharp may set the assembly's one DllImportResolver itself.
                _logger = logger;
                AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
            }
        }
    }

    /// <summary>The patched bytes, or null when the library loads as it is or fails for another reason.</summary>
    internal static byte[]? PatchIfDemanding(string path)
    {
        try
        {
            NativeLibrary.Load(path);
            return null;
        }
        catch (DllNotFoundException failure) when (failure.Message.Contains(LibStdCxxRequirement.Demanded, StringComparison.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            return LibStdCxxRequirement.Lower(bytes) ? bytes : null;
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("linux")]
    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != Name)
        {
            return 0;
        }

        lock (Gate)
        {
            if (_handle == 0 && Find() is { } original)
            {
                PreloadSiblings(Path.GetDirectoryName(original)!);
                if (PatchIfDemanding(original) is { } patched)
                {
                    var copy = Cache(patched);
                    _logger!.LogInformation(
                        "The system's libstdc++ lacks {Version}, which {Original} asks for without using it; loading a copy that does not ask: {Copy}",
                        LibStdCxxRequirement.Demanded, original, copy);
                    _handle = NativeLibrary.Load(copy);
                }
            }

            return _handle;
        }
    }

    private static string? Find()
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator);
        return folders.Append(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// The copy lies apart from the libraries that it needs, and looks for them beside itself. The loader takes what is in the
    /// process already, by its soname, before it looks anywhere.
    /// </summary>
    private static void PreloadSiblings(string folder) => NativeLibrary.Load(Path.Combine(folder, "libtorch.so"));

    /// <summary>Writes the copy, unless this very content is there, under a name made of its hash.</summary>
    [SupportedOSPlatform("linux")]
    private static string Cache(byte[] patched)
    {
        var folderName = Convert.ToHexStringLower(SHA256.HashData(patched))[..16];
        try
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set : Path.Combine(home, ".cache");
            return Write(Path.Combine(cache, "recactors", folderName), patched);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No home, or a read-only one. The temporary folder is everybody's, so the name must not be one to be guessed.
            return Write(Directory.CreateTempSubdirectory("recactors-").FullName, patched);
        }
    }

    [SupportedOSPlatform("linux")]
    private static string Write(string folder, byte[] patched)
    {
        var copy = Path.Combine(folder, FileName);
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(patched))
        {
            return copy;
        }

        // Written aside and moved, so that a process beside this one never loads half a file.
        Directory.CreateDirectory(folder, OwnerOnly);
        var aside = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(aside, patched);
        File.Move(aside, copy, overwrite: true);
        return copy;
    }
}
