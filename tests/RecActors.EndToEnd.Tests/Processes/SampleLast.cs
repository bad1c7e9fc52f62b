using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(RecActors.Processes.SampleLast))]

namespace RecActors.Processes;

/// <summary>
/// Tests that need the trained sample come last, and its training begins with the first test: it takes minutes of one core, while the tests of
/// clusters mostly wait. A run in which nobody needs it does not train.
/// </summary>
internal sealed class SampleLast : ITestCollectionOrderer
{
    private static readonly string[] Names =
    [
        .. typeof(SampleLast).Assembly.GetTypes()
            .Where(type => type.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(TrainedSample))))
            .Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        var ordered = testCollections.OrderBy(NeedsSample).ToList();
        if (ordered.Exists(NeedsSample) && !ordered.TrueForAll(NeedsSample))
        {
            TrainedSample.Begin();
        }

        return ordered;
    }

    /// <summary>The collection of a class is named after it.</summary>
    private static bool NeedsSample<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection => Array.Exists(Names, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
}
