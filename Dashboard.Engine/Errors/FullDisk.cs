using Dashboard.Linux;
using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Errors;

/// <summary>Tells a full file system (or quota) from other failures, and says it in the words that Docker's clients know.</summary>
public static class FullDisk
{
    private const int SqliteFull = 13;

    /// <summary>Null when it is something else.</summary>
    public static EngineException? Explain(Exception error) => error switch
    {
        EngineException => null,
        SqliteException { SqliteErrorCode: SqliteFull } => new EngineException(ErrorKind.System, "write engine.db: no space left on device. Nothing was changed; free some space on the data-root's file system", error),
        // .NET: "No space left on device : '/path'", errno in HResult.
        IOException { HResult: Errno.ENOSPC or Errno.EDQUOT } => new EngineException(ErrorKind.System, $"write {PathIn(error.Message)}: {Errno.Text(error.HResult)}", error),
        _ => null,
    };

    private static string PathIn(string message)
    {
        var first = message.IndexOf('\'', StringComparison.Ordinal);
        var last = message.LastIndexOf('\'');
        return first >= 0 && last > first ? message[(first + 1)..last] : "file";
    }
}
