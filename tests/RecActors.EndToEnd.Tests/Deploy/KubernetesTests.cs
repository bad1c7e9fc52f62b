using k8s.Models;

namespace RecActors.Deploy;

/// <summary>The manifests as Kubernetes would read them, and what operators rely on in them.</summary>
public sealed class KubernetesTests
{
    private const int SiloPort = 11111;
    private const int ClientPort = 30000;

    private static readonly Kustomization Base = Kustomization.Read(DeployFolder.PathOf("kubernetes", "base"));

    public static TheoryData<string> Overlays =>
        [.. Directory.EnumerateDirectories(DeployFolder.PathOf("kubernetes", "overlays")).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Overlay_EveryFile_IsStrictlyOfItsKindAndPatchesWhatIsThere(string overlay)
    {
        var read = Kustomization.Read(DeployFolder.PathOf("kubernetes", "overlays", overlay));

        Assert.NotEmpty(read.Resources);
        var there = read.Resources.Select(NameOf).ToHashSet();
        Assert.Equal(read.Resources.Count, there.Count);
        Assert.Empty(read.Patches.Select(NameOf).Except(there));
    }

    [Fact]
    public void Parse_MisspeltField_IsRefused()
    {
        using var folder = new Processes.DataFolder();
        var path = Path.Combine(folder.Path, "misspelt.yaml");
        File.WriteAllText(path, File.ReadAllText(DeployFolder.PathOf("kubernetes", "base", "serve.yaml")).Replace("readinessProbe", "readynessProbe", StringComparison.Ordinal));

        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => Kustomization.Parse(path));
    }

    [Fact]
    public void Files_AllOfThem_AreNamedByAKustomization()
    {
        var files = Directory.EnumerateFiles(DeployFolder.PathOf("kubernetes"), "*.yaml", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "kustomization.yaml");

        Assert.DoesNotContain(files, path =>
            !File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "kustomization.yaml")).Contains(Path.GetFileName(path), StringComparison.Ordinal));
    }

    [Fact]
    public void Deployments_Roles_AreEachOne() =>
        Assert.Equal(["gateway", "serve", "train"], Base.Of<V1Deployment>().Select(RoleOf).Order());

    [Fact]
    public void Deployments_Probes_AskWhetherItRunsAndWhetherItCanServe() => Assert.All(Base.Of<V1Deployment>(), deployment =>
    {
        var container = deployment.Spec.Template.Spec.Containers.Single();
        Assert.Equal("/api/health/live", container.StartupProbe.HttpGet.Path);
        Assert.Equal("/api/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/api/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.All(
            [container.StartupProbe, container.LivenessProbe, container.ReadinessProbe],
            probe => Assert.Contains(container.Ports, port => port.Name == probe.HttpGet.Port.Value));
    });

    [Fact]
    public void Deployments_Pods_AreRestricted() => Assert.All(Base.Of<V1Deployment>(), deployment =>
    {
        var pod = deployment.Spec.Template.Spec;
        var container = pod.Containers.Single();
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.True(container.Resources.Limits.ContainsKey("memory"));
        Assert.False(container.Resources.Limits.ContainsKey("cpu"));
        Assert.True(container.Resources.Requests.ContainsKey("cpu"));
    });

    [Fact]
    public void Deployments_Updates_StartTheNewBeforeTheyStopTheOldAndLetItFinish()
    {
        var settings = Base.Of<V1ConfigMap>().Single().Data;
        var timeout = TimeSpan.Parse(settings["RECACTORS_RecActors__Shutdown__Timeout"]);
        Assert.All(Base.Of<V1Deployment>(), deployment =>
        {
            Assert.Equal("0", deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
            Assert.Equal("1", deployment.Spec.Strategy.RollingUpdate.MaxSurge.Value);
            Assert.True(deployment.Spec.Template.Spec.TerminationGracePeriodSeconds > timeout.TotalSeconds);
        });
    }

    [Fact]
    public void Deployments_Silos_AreKnownByTheirPodAndItsAddress() => Assert.All(
        Base.Of<V1Deployment>().Where(deployment => RoleOf(deployment) != "gateway"),
        deployment =>
        {
            Assert.Equal("metadata.name", FieldOf(deployment, "RECACTORS_RecActors__Silo__Name"));
            Assert.Equal("status.podIP", FieldOf(deployment, "RECACTORS_RecActors__Silo__Address"));
        });

    [Fact]
    public void Deployments_Redis_IsNamedByASecretOnly() => Assert.All(Base.Of<V1Deployment>(), deployment =>
    {
        var redis = deployment.Spec.Template.Spec.Containers.Single().Env.Single(variable => variable.Name == "RECACTORS_RecActors__Redis__ConnectionString");
        Assert.Null(redis.Value);
        Assert.NotNull(redis.ValueFrom.SecretKeyRef);
    });

    [Fact]
    public void Deployments_Keys_AreHashesOfASecret() => Assert.All(Base.Of<V1Deployment>(), deployment =>
    {
        var keys = deployment.Spec.Template.Spec.Containers.Single().Env.Where(variable => variable.Name.StartsWith("RECACTORS_RecActors__Security__", StringComparison.Ordinal)).ToList();
        Assert.Equal(["admin-sha256", "metrics-sha256"], keys.Select(variable => variable.ValueFrom.SecretKeyRef.Key).Order());
    });

    [Fact]
    public void DisruptionBudgets_EveryDeployment_HasOne() => Assert.All(Base.Of<V1Deployment>(), deployment =>
        Assert.Single(Base.Of<V1PodDisruptionBudget>(), budget => Selects(budget.Spec.Selector, deployment.Spec.Template.Metadata.Labels)));

    [Fact]
    public void Autoscalers_Targets_AreDeploymentsAndTheirMetricsOurs() => Assert.All(Base.Of<V2HorizontalPodAutoscaler>(), scaler =>
    {
        Assert.Contains(Base.Of<V1Deployment>(), deployment => deployment.Metadata.Name == scaler.Spec.ScaleTargetRef.Name);
        Assert.Contains($"as: {scaler.Spec.Metrics.Single().Pods.Metric.Name}", DeployFolder.Read("telemetry", "prometheus-adapter.yaml"), StringComparison.Ordinal);
    });

    [Fact]
    public void NetworkPolicies_SiloPorts_AreOpenToOurPodsOnly()
    {
        foreach (var deployment in Base.Of<V1Deployment>())
        {
            var policies = Base.Of<V1NetworkPolicy>().Where(policy => Selects(policy.Spec.PodSelector, deployment.Spec.Template.Metadata.Labels)).ToList();
            Assert.NotEmpty(policies);
            Assert.All(policies, policy => Assert.Contains("Ingress", policy.Spec.PolicyTypes));
            var opening = policies.SelectMany(policy => policy.Spec.Ingress).Where(rule => Opens(rule, SiloPort) || Opens(rule, ClientPort));
            Assert.All(opening, rule => Assert.All(rule.FromProperty, peer =>
                Assert.True(peer.NamespaceSelector is null && peer.IpBlock is null && peer.PodSelector.MatchLabels["app.kubernetes.io/name"] == "recactors")));
            Assert.Equal(RoleOf(deployment) != "gateway", opening.Any());
        }
    }

    [Fact]
    public void NetworkPolicies_Redis_IsOpenToOurPodsOnly()
    {
        var redis = Kustomization.Read(DeployFolder.PathOf("kubernetes", "overlays", "example")).Of<V1StatefulSet>().Single();
        var policy = Assert.Single(Base.Of<V1NetworkPolicy>(), policy => Selects(policy.Spec.PodSelector, redis.Spec.Template.Metadata.Labels));
        var peer = policy.Spec.Ingress.Single().FromProperty.Single();
        Assert.Equal("recactors", peer.PodSelector.MatchLabels["app.kubernetes.io/name"]);
        Assert.Null(peer.NamespaceSelector);
    }

    private static bool Opens(V1NetworkPolicyIngressRule rule, int port) =>
        rule.Ports is not { Count: > 0 } ports || ports.Any(open => open.Port is null || open.Port.Value == $"{port}");

    private static bool Selects(V1LabelSelector selector, IDictionary<string, string> labels) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && (selector.MatchExpressions ?? []).All(expression => expression.OperatorProperty == "In" && labels.TryGetValue(expression.Key, out var value) && expression.Values.Contains(value));

    private static string RoleOf(V1Deployment deployment)
    {
        var arguments = deployment.Spec.Template.Spec.Containers.Single().Args;
        return arguments[arguments.IndexOf("--roles") + 1];
    }

    private static string FieldOf(V1Deployment deployment, string variable) =>
        deployment.Spec.Template.Spec.Containers.Single().Env.Single(candidate => candidate.Name == variable).ValueFrom.FieldRef.FieldPath;

    private static string NameOf(object resource) => $"{resource.GetType().Name}/{((k8s.IKubernetesObject<V1ObjectMeta>)resource).Metadata.Name}";
}
