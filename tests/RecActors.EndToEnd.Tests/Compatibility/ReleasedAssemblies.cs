using System.Reflection;
using System.Runtime.Loader;

namespace RecActors.Compatibility;

/// <summary>
/// The assemblies of an older build beside today's, with the Orleans that the older build had. This test assembly is loaded into it
/// as well, so that <see cref="WirePeer"/> runs there on the older types; what both share is the framework alone.
/// </summary>
internal sealed class ReleasedAssemblies(string serverPath) : AssemblyLoadContext("release")
{
    private readonly string _folder = Path.GetDirectoryName(serverPath)!;

    /// <summary>Runs a method or property of the older build's <see cref="WirePeer"/>.</summary>
    public static T Call<T>(object peer, string method, params object[] arguments)
    {
        try
        {
            return (T)peer.GetType().GetMethod(method)!.Invoke(peer, arguments)!;
        }
        catch (TargetInvocationException exception)
        {
            throw new InvalidOperationException($"{method} in the older build: {exception.InnerException}", exception);
        }
    }

    public object CreatePeer() =>
        Activator.CreateInstance(LoadFromAssemblyPath(typeof(WirePeer).Assembly.Location).GetType(typeof(WirePeer).FullName!)!)!;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
