using System.Buffers.Binary;
using System.Net;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Metadata;

namespace Dashboard.Engine.Networking;

/// <summary>Addresses of one subnet, leased durably. An address that was given back is the last to be given again.</summary>
internal sealed class AddressPool(EngineDatabase database, string network, IPNetwork subnet)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, uint> leases = [];
    private readonly HashSet<uint> used = [];
    private uint last;

    private uint First => BinaryPrimitives.ReadUInt32BigEndian(subnet.BaseAddress.GetAddressBytes());

    /// <summary>Network, gateway (.1) and broadcast are not for containers.</summary>
    private uint Size => 1u << (32 - subnet.PrefixLength);

    public async Task LoadAsync(IReadOnlySet<string> live, CancellationToken cancellationToken)
    {
        using (var connection = database.Open())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT address, container FROM leases WHERE network = $network";
            command.Parameters.AddWithValue("$network", network);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var address = IPAddress.Parse(reader.GetString(0));
                if (live.Contains(reader.GetString(1)) && subnet.Contains(address))
                    Take(reader.GetString(1), BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()));
            }
        }
        string[] kept = [.. leases.Keys];
        await database.WriteAsync((connection, transaction) =>
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "DELETE FROM leases WHERE network = $network AND container NOT IN (SELECT value FROM json_each($kept))";
            command.Parameters.AddWithValue("$network", network);
            command.Parameters.AddWithValue("$kept", System.Text.Json.JsonSerializer.Serialize(kept));
            command.ExecuteNonQuery();
        }, cancellationToken);
    }

    public async Task<IPAddress> LeaseAsync(string container, CancellationToken cancellationToken)
    {
        uint value;
        lock (gate)
        {
            if (!leases.TryGetValue(container, out value))
            {
                value = Next();
                Take(container, value);
            }
        }
        var address = Address(value);
        try
        {
            await ExecuteAsync("INSERT OR REPLACE INTO leases(network, address, container) VALUES ($network, $address, $container)", address.ToString(), container, cancellationToken);
        }
        catch
        {
            Forget(container);
            throw;
        }
        return address;
    }

    public async Task ReleaseAsync(string container, CancellationToken cancellationToken)
    {
        if (!Forget(container))
            return;
        await ExecuteAsync("DELETE FROM leases WHERE network = $network AND container = $container", "", container, cancellationToken);
    }

    public IPAddress? Find(string container)
    {
        lock (gate)
            return leases.TryGetValue(container, out var value) ? Address(value) : null;
    }

    private uint Next()
    {
        for (var tried = 0u; tried < Size; tried++)
        {
            last = last + 1 >= First + Size - 1 || last < First + 1 ? First + 2 : last + 1;
            if (!used.Contains(last))
                return last;
        }
        throw new EngineException(ErrorKind.Unavailable, $"no available IPv4 addresses on this network's address pools: {network} ({subnet})");
    }

    private void Take(string container, uint value)
    {
        leases[container] = value;
        used.Add(value);
        last = Math.Max(last, value);
    }

    private bool Forget(string container)
    {
        lock (gate)
            return leases.Remove(container, out var value) && used.Remove(value);
    }

    private static IPAddress Address(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }

    private Task ExecuteAsync(string sql, string address, string container, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$network", network);
        command.Parameters.AddWithValue("$address", address);
        command.Parameters.AddWithValue("$container", container);
        command.ExecuteNonQuery();
    }, cancellationToken);
}
