using Docker.DotNet.Models;

namespace Dashboard.Server.Hubs;

/// <param name="Events">In Docker's own shape.</param>
/// <param name="Dropped">Events that came before these and could not be kept for so slow a client.</param>
public sealed record EventBundle(IReadOnlyList<Message> Events, long Dropped);
