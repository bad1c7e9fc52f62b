using Microsoft.Extensions.Logging;

namespace RecActors.Telemetry;

public sealed class ConsoleLoggingTests
{
    [Theory]
    [InlineData(LogLevel.Trace, LogLevel.Warning)]
    [InlineData(LogLevel.Warning, LogLevel.Warning)]
    [InlineData(LogLevel.Error, LogLevel.Error)]
    public void RequestDiagnostics_SpeakOfWhatIsWrong_ButNotAtTheLevelThatMakesActivities(LogLevel minimum, LogLevel least)
    {
        using var logging = LoggerFactory.Create(builder => builder.AddRecActorsConsole(json: false, minimum));
        var requests = logging.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics");

        Assert.Equal(
            Enum.GetValues<LogLevel>().Where(level => level >= least && level < LogLevel.Critical),
            Enum.GetValues<LogLevel>().Where(requests.IsEnabled));
    }
}
