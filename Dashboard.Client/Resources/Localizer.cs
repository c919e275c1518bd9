using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dashboard.Client.Resources;

/// <summary>The texts for code that no container builds. Which language it is, the asking circuit or request decides, as for an injected one.</summary>
public static class Localizer
{
    public static IStringLocalizer<Text> Text { get; } =
        new StringLocalizer<Text>(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));
}
