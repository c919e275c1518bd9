namespace Dashboard.Client.Features.Images;

/// <summary>A container that uses an image.</summary>
public sealed record ImageUser(string Id, string Name, bool Running);
