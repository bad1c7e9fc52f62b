using NetArchTest.Rules;
using RecActors.Catalog;
using RecActors.Items;

namespace RecActors.Architecture;

/// <summary>What the compiled code really uses, transitive packages included.</summary>
public sealed class AssemblyDependencyTests
{
    [Fact]
    public void Core_IsPureMaths_KnowsNoActorsNoHttpNoDatabase() =>
        AssertNoDependency(typeof(ICatalogStore), "Orleans", "Microsoft.AspNetCore", "System.Net.Http", "Microsoft.Data.Sqlite", "TorchSharp", "Microsoft.Extensions.Hosting");

    [Fact]
    public void Contracts_AreWhatASiteReferences_KnowNoRuntimeNoHttp() =>
        AssertNoDependency(typeof(IItemGrain), "Orleans.Runtime.Placement.Repartitioning", "Orleans.Hosting", "Microsoft.AspNetCore", "Microsoft.Data.Sqlite", "TorchSharp");

    private static void AssertNoDependency(Type sample, params string[] banned)
    {
        var result = Types.InAssembly(sample.Assembly).ShouldNot().HaveDependencyOnAny(banned).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
