namespace Dashboard.Client.Features.Images;

/// <summary>A removal that the engine refused, in its words, and who uses the image.</summary>
public sealed record ImageRefusal(string Name, string Message, IReadOnlyList<ImageUser> Users);
