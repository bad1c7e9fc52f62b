using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using RecActors;
using RecActors.Retrieval;

if (args is [AnswerHash.Command, AnswerHash.Comparison, var file, var other])
{
    AnswerHash.Compare(file, other);
    return;
}

if (args is [AnswerHash.Command, .. var named] && named.Length <= 1)
{
    AnswerHash.Print(named.FirstOrDefault());
    return;
}

if (args is [CountingCost.Command, .. var count] && count.Length <= 1)
{
    CountingCost.Print(count is [var actions] ? int.Parse(actions, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    return;
}

if (args is [RetrievalWorker.Command, .. var asked])
{
    RetrievalWorker.Run(asked);
    return;
}

// In this process: what is measured is the build that was asked for, and no project is generated beside it.
var job = Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance).WithGcServer(false).WithId(CoreRuntime.Core10_0.Name);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default));
