using System.Net;
using System.Text.Json;
using Dashboard.Engine.Metadata;
using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Networking;

/// <summary>The <c>leases</c> table: which container has which addresses of which network.</summary>
internal sealed class LeaseTable(EngineDatabase database)
{
    public ILookup<string, (string Container, IPAddress Address)> Load()
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT network, container, address FROM leases";
        using var reader = command.ExecuteReader();
        var rows = new List<(string Network, string Container, IPAddress Address)>();
        while (reader.Read())
            rows.Add((reader.GetString(0), reader.GetString(1), IPAddress.Parse(reader.GetString(2))));
        return rows.ToLookup(row => row.Network, row => (row.Container, row.Address));
    }

    /// <summary>Forgets the leases of everyone else.</summary>
    public Task KeepAsync(IEnumerable<string> containers, CancellationToken cancellationToken)
    {
        var kept = JsonSerializer.Serialize(containers.ToArray());
        return ExecuteAsync("DELETE FROM leases WHERE container NOT IN (SELECT value FROM json_each($kept))", cancellationToken, ("$kept", kept));
    }

    public Task SaveAsync(string network, string container, IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        Execute(connection, transaction, "DELETE FROM leases WHERE network = $network AND container = $container", ("$network", network), ("$container", container));
        foreach (var address in addresses)
        {
            Execute(connection, transaction, "INSERT OR REPLACE INTO leases(network, address, container) VALUES ($network, $address, $container)",
                ("$network", network), ("$address", address.ToString()), ("$container", container));
        }
    }, cancellationToken);

    public Task DeleteAsync(string network, string container, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM leases WHERE network = $network AND container = $container", cancellationToken, ("$network", network), ("$container", container));

    private Task ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, string Value)[] parameters) =>
        database.WriteAsync((connection, transaction) => Execute(connection, transaction, sql, parameters), cancellationToken);

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
