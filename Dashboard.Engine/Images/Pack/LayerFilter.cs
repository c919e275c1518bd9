using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Pack;

/// <summary>
/// The tree is an overlay's upper directory, to be packed as a layer: its whiteouts and opaque directories become those of
/// the image specification (layer.md).
/// </summary>
/// <param name="Leaves">Whether a name (a path below the root, as bytes) is no part of the layer, nor what is in it.</param>
internal sealed record LayerFilter(Func<string, SafeFileHandle, Statx, bool> Leaves);
