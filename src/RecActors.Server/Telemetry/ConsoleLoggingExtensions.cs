using Microsoft.Extensions.Logging.Console;

namespace Microsoft.Extensions.Logging;

/// <summary>Log lines on standard error: for people, or one JSON object each.</summary>
internal static class ConsoleLoggingExtensions
{
    public static ILoggingBuilder AddRecActorsConsole(this ILoggingBuilder logging, bool json, LogLevel minimum)
    {
        // Request lines would put ids of users into the log, so ASP.NET and Orleans speak only when something is wrong.
        var framework = minimum > LogLevel.Warning ? minimum : LogLevel.Warning;
        logging.ClearProviders();
        logging.SetMinimumLevel(minimum);
        logging.AddFilter("Microsoft", framework).AddFilter("Orleans", framework).AddFilter("System", framework);
        logging.AddFilter("Microsoft.Hosting.Lifetime", minimum);

        // While anybody listens for what is critical it makes an activity of every request. What it says so, why the start failed, it throws as well.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", level => level >= framework && level < LogLevel.Critical);

        // Orleans' placement tells of every attempt, one and more for each user who comes.
        logging.AddFilter("Polly", framework);

        // What stops the start is told in one line at the end; a background service that fails is critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // ClusterWait says it, and less often.
        logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error);

        // Its first check measures from the machine's boot and always warns.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json)
        {
            logging.AddJsonConsole(formatter => formatter.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(formatter =>
            {
                formatter.SingleLine = true;
                formatter.UseUtcTimestamp = true;
                formatter.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff'Z' ";
                formatter.ColorBehavior = LoggerColorBehavior.Default;
            });
        }

        return logging;
    }
}
