using System.Globalization;
using System.Resources;
using Microsoft.Extensions.Localization;

namespace Dashboard.Client.Resources;

/// <summary>
/// Texts in the language of the asking circuit or request. A text's key is its English form, which is also what it falls back
/// to; the other languages are resources of this assembly, Text.ko and so on.
/// </summary>
public sealed class Localizer : IStringLocalizer<Text>
{
    private static readonly Dictionary<string, ResourceManager> s_languages = new()
    {
        ["ko"] = new ResourceManager("Dashboard.Client.Resources.Text.ko", typeof(Text).Assembly),
    };

    /// <summary>For code that no container builds; the same that is injected.</summary>
    public static IStringLocalizer<Text> Text { get; } = new Localizer();

    public LocalizedString this[string name] => Find(name) is { } found ? new(name, found) : new(name, name, resourceNotFound: true);

    public LocalizedString this[string name, params object[] arguments]
    {
        get
        {
            var found = Find(name);
            return new(name, string.Format(CultureInfo.CurrentCulture, found ?? name, arguments), resourceNotFound: found is null);
        }
    }

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) =>
        Language()?.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)?
            .Cast<System.Collections.DictionaryEntry>().Select(entry => new LocalizedString((string)entry.Key, (string)entry.Value!)) ?? [];

    private static string? Find(string name) => Language()?.GetString(name, CultureInfo.InvariantCulture);

    private static ResourceManager? Language() => s_languages.GetValueOrDefault(CultureInfo.CurrentUICulture.Name.Split('-')[0]);
}
