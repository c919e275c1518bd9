namespace Dashboard.Engine.Api.Wire;

/// <summary>An item of GET /containers/{id}/changes.</summary>
internal sealed record ChangeMessage(string Path, int Kind);

/// <summary>The header X-Docker-Container-Path-Stat, in base 64.</summary>
internal sealed record PathStatMessage(string name, long size, uint mode, string mtime, string linkTarget);
