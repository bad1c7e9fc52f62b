using Microsoft.Extensions.Logging;

namespace RecActors.Users;

/// <content>What it tells operators.</content>
internal sealed partial class UserLog
{
    [LoggerMessage(LogLevel.Information, "An append was refused: the user's journal has another owner. The activation goes away")]
    private partial void LogFenced();

    [LoggerMessage(LogLevel.Information, "The user's journal has another owner. The activation goes away without an answer")]
    private partial void LogReplaced();

    [LoggerMessage(LogLevel.Warning, "An append has no answer; the journal is read to learn whether it took place")]
    private partial void LogAmbiguous(Exception failure);

    [LoggerMessage(LogLevel.Debug, "Whether the user still belongs to this activation is unknown; the answer is marked as possibly stale")]
    private partial void LogUnconfirmed(Exception failure);

    [LoggerMessage(LogLevel.Error, "Durable actions could not be applied. The activation goes away")]
    private partial void LogWriteFailed(Exception failure);

    [LoggerMessage(LogLevel.Critical, "A user's journal has {Length} actions where {Version} had been acknowledged: the store has lost actions (or another owner has deleted the user)")]
    private partial void LogShorter(long length, long version);
}
