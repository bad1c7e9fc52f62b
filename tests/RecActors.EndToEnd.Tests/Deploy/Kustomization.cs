using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace RecActors.Deploy;

/// <summary>
/// What a kustomization names: its resources, those of the kustomizations under it, and its patches, each parsed strictly into the
/// Kubernetes client's types, so that an unknown or misspelt field fails.
/// </summary>
internal sealed record Kustomization(IReadOnlyList<object> Resources, IReadOnlyList<object> Patches)
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
    };

    public static Kustomization Read(string folder)
    {
        var root = (YamlMappingNode)Documents(Path.Combine(folder, "kustomization.yaml")).Single();
        var resources = new List<object>();
        foreach (var name in Names(root, "resources"))
        {
            var path = Path.GetFullPath(Path.Combine(folder, name));
            resources.AddRange(Directory.Exists(path) ? Read(path).Resources : Parse(path));
        }

        var patches = root.Children.TryGetValue("patches", out var list)
            ? ((YamlSequenceNode)list).SelectMany(patch => Parse(Path.Combine(folder, (string)patch["path"]!))).ToList()
            : [];
        return new(resources, patches);
    }

    public IEnumerable<T> Of<T>() => Resources.OfType<T>();

    /// <summary>The documents of a file, each as its kind's type; fields that the type does not have are refused.</summary>
    public static List<object> Parse(string path) =>
        KubernetesYaml.LoadAllFromString(File.ReadAllText(path), Types, strict: true);

    private static IEnumerable<string> Names(YamlMappingNode root, string key) =>
        root.Children.TryGetValue(key, out var list) ? ((YamlSequenceNode)list).Select(name => (string)name!) : [];

    private static IEnumerable<YamlNode> Documents(string path)
    {
        using var reader = new StreamReader(path);
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }
}
