using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Engine.Metadata;
using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Events;

internal readonly record struct StoredEvent(long Sequence, EngineEvent Event);

[JsonSerializable(typeof(EngineEvent))]
internal sealed partial class EventJson : JsonSerializerContext;

/// <summary>The <c>events</c> table, bounded to the newest <paramref name="limit"/> rows (somewhat more between two prunings).</summary>
internal sealed class EventTable(EngineDatabase database, int limit = EventTable.DefaultLimit)
{
    public const int DefaultLimit = 10_000;
    private const int ReadBatch = 1000;

    public long LastSequence { get; } = Scalar(database, "SELECT COALESCE(MAX(sequence), 0) FROM events");
    public long LastTimeNano { get; } = Scalar(database, "SELECT COALESCE(MAX(time_nano), 0) FROM events");

    /// <summary>Numbers may have gaps: an event that did not fit onto a full disk had one too.</summary>
    public Task AppendAsync(long sequence, EngineEvent entry) =>
        database.WriteAsync((connection, transaction) =>
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "INSERT INTO events (sequence, time_nano, document) VALUES ($sequence, $time, $document)";
            command.Parameters.AddWithValue("$sequence", sequence);
            command.Parameters.AddWithValue("$time", entry.TimeNano);
            command.Parameters.AddWithValue("$document", JsonSerializer.Serialize(entry, EventJson.Default.EngineEvent));
            command.ExecuteNonQuery();
            if (sequence % Math.Max(1, limit / 20) == 0)
                Prune(command, sequence);
        });

    /// <summary>The sequence number of the newest event before this time, so that reading goes on with the first one not before it.</summary>
    public long SequenceBefore(long timeNano)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(sequence), 0) FROM events WHERE time_nano < $time";
        command.Parameters.AddWithValue("$time", timeNano);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The next ones after a position, oldest first; not all at once.</summary>
    public IReadOnlyList<StoredEvent> After(long sequence)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, document FROM events WHERE sequence > $sequence ORDER BY sequence LIMIT $limit";
        command.Parameters.AddWithValue("$sequence", sequence);
        command.Parameters.AddWithValue("$limit", ReadBatch);
        using var reader = command.ExecuteReader();
        var events = new List<StoredEvent>();
        while (reader.Read())
        {
            events.Add(new StoredEvent(reader.GetInt64(0), JsonSerializer.Deserialize(reader.GetString(1), EventJson.Default.EngineEvent)
                ?? throw new InvalidDataException("engine.db holds an empty event document")));
        }
        return events;
    }

    private void Prune(SqliteCommand command, long sequence)
    {
        command.CommandText = "DELETE FROM events WHERE sequence <= $last";
        command.Parameters.Clear();
        command.Parameters.AddWithValue("$last", sequence - limit);
        command.ExecuteNonQuery();
    }

    private static long Scalar(EngineDatabase database, string sql)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
