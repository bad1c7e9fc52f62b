using Microsoft.Extensions.Options;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Evaluation;

/// <summary>The settings of a server that has the same configuration: what is evaluated is what would serve.</summary>
internal sealed class EvaluationSettings : IDisposable
{
    private readonly ConfigurationManager _configuration = new();
    private readonly ServiceProvider _services;

    public EvaluationSettings(string? configFile)
    {
        _configuration.AddSettings(new ServerSettings { DataFolder = "", ConfigFile = configFile });
        _services = new ServiceCollection()
            .AddSingleton(Options.Create(Ranking))
            .AddSingleton(Options.Create(ItemStatistics))
            .AddLogging()
            .AddTrainerRole()
            .BuildServiceProvider();
    }

    public FeedbackPolicy FeedbackPolicy => new(Of<FeedbackPolicyOptions>("RecActors:Feedback"));

    public RankingOptions Ranking => Of<RankingOptions>("RecActors:Ranking");

    public ItemStatisticsOptions ItemStatistics => Of<ItemStatisticsOptions>("RecActors:ItemToItem");

    public IModelTrainer Trainer => _services.GetRequiredService<IModelTrainer>();

    /// <summary>Fresh options of a training, on all cores unless the configuration says on how many: nothing is served meanwhile.</summary>
    public TrainingOptions NewTrainingOptions() => Bind(new TrainingOptions { Threads = Environment.ProcessorCount }, "RecActors:Training");

    public void Dispose()
    {
        _services.Dispose();
        _configuration.Dispose();
    }

    private T Of<T>(string section)
        where T : class, new() => Bind(new T(), section);

    private T Bind<T>(T options, string section)
        where T : class
    {
        _configuration.GetSection(section).Bind(options);
        return options;
    }
}
