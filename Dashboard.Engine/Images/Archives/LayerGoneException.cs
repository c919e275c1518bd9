namespace Dashboard.Engine.Images.Archives;

/// <summary>A layer that was found here was removed, with the image that it came with, before another image could share it.</summary>
internal sealed class LayerGoneException(string layer) : Exception($"layer {layer} was removed meanwhile");
