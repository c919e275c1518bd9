namespace Dashboard.Engine.Api.Wire;

/// <summary>Go's <c>json:",omitempty"</c>: null, empty, zero and false are not written.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OmitEmptyAttribute : Attribute;
