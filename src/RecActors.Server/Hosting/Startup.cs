using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using RecActors.DataSets;
using RecActors.Redis;
using RecActors.Security;
using RecActors.Storage;
using Spectre.Console;

namespace RecActors.Hosting;

/// <summary>The command line asks for something that cannot be; the message says what to do.</summary>
internal sealed class StartupException(string message) : Exception(message);

/// <summary>Runs a command so that what an operator can mend is one clear line, and anything else keeps its stack trace.</summary>
internal static class Startup
{
    private const int Refused = 1;
    private const int Cancelled = 130;

    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
        catch (Exception exception) when (Explain(exception) is { } message)
        {
            var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            errors.MarkupLineInterpolated($"[red]recactors:[/] {message}");
            return Refused;
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        StartupException or DataFolderException or RedisStorageException or InvalidDataException or TooManyRejectedLinesException
            or OptionsValidationException or UnprotectedServerException or OrleansConfigurationException => exception.Message,
        InvalidOperationException when exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => exception.Message,
        FormatException when exception.Message.StartsWith("Invalid url", StringComparison.Ordinal) => exception.Message + " Use --urls http://127.0.0.1:8088.",
        IOException { InnerException: AddressInUseException } => exception.Message + " Choose another with --urls.",
        IOException or SocketException => exception.Message,
        AggregateException aggregate => aggregate.Flatten().InnerExceptions.Select(Explain).FirstOrDefault(message => message is not null),
        _ => exception.InnerException is { } inner ? Explain(inner) : null,
    };
}
