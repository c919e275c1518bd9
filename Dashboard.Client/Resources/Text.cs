namespace Dashboard.Client.Resources;

/// <summary>
/// Names the resources of all texts. A text's key is its English form, so English needs no file; Text.ko.resx has the Korean
/// ones, and a test finds every text that is missing there.
/// </summary>
public sealed class Text;
