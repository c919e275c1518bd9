namespace Dashboard.Engine.Api.Wire;

/// <summary>A pointer with <c>omitempty</c> in Go: left out when null, and a zero is written.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OmitNullAttribute : Attribute;
