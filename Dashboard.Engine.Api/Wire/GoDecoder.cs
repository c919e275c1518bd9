using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Wire;

/// <summary>
/// Decodes a request as Go's encoding/json does: field names in any case, unknown fields and nulls ignored, a string where
/// a command list may be one, and a wrong type refused with its field and Go's type. It walks the document beside the
/// shape, writes it anew with every field present, and hands that to the serializer (whose generated constructors would
/// otherwise turn a missing field into null instead of the record's own default).
/// </summary>
internal sealed class GoDecoder
{
    /// <summary>Go's strslice.StrSlice: "sh -c x" stands for a list of one.</summary>
    private static readonly string[] s_stringOrList = ["Cmd", "Entrypoint", "Shell", "CapAdd", "CapDrop"];
    private static readonly ConcurrentDictionary<Type, JsonElement> s_defaults = new();

    private readonly string _root;
    private readonly Utf8JsonWriter _writer;

    private GoDecoder(string root, Utf8JsonWriter writer)
    {
        _root = root;
        _writer = writer;
    }

    /// <param name="goName">The struct as Go names it in errors, for example <c>CreateRequest</c>; a path after it continues the field's.</param>
    public static T Decode<T>(JsonTypeInfo<T> shape, JsonElement element, string goName) where T : class, new()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            new GoDecoder(goName, writer).Write(element, shape, "");
        return JsonSerializer.Deserialize(buffer.WrittenSpan, shape)!;
    }

    private void Write(JsonElement element, JsonTypeInfo shape, string path)
    {
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object:
                WriteObject(element, shape, path);
                break;
            case JsonTypeInfoKind.Enumerable:
                WriteList(element, shape, path);
                break;
            case JsonTypeInfoKind.Dictionary:
                WriteMap(element, shape, path);
                break;
            default:
                WriteScalar(element, Nullable.GetUnderlyingType(shape.Type) ?? shape.Type, path);
                break;
        }
    }

    private void WriteObject(JsonElement element, JsonTypeInfo shape, string path)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Wrong(element, shape.Type, path);
        var defaults = s_defaults.GetOrAdd(shape.Type, static (type, info) => JsonSerializer.SerializeToElement(Activator.CreateInstance(type), info), shape);
        _writer.WriteStartObject();
        foreach (var property in shape.Properties)
        {
            if (Find(element, property.Name) is { ValueKind: not JsonValueKind.Null } value)
            {
                _writer.WritePropertyName(property.Name);
                Write(value, shape.Options.GetTypeInfo(property.PropertyType), path + "." + property.Name);
            }
            else if (defaults.TryGetProperty(property.Name, out var missing))
            {
                _writer.WritePropertyName(property.Name);
                missing.WriteTo(_writer);
            }
        }

        _writer.WriteEndObject();
    }

    private void WriteList(JsonElement element, JsonTypeInfo shape, string path)
    {
        var item = shape.Options.GetTypeInfo(shape.ElementType!);
        _writer.WriteStartArray();
        if (element.ValueKind == JsonValueKind.String && s_stringOrList.Contains(path[(path.LastIndexOf('.') + 1)..])) element.WriteTo(_writer);
        else if (element.ValueKind != JsonValueKind.Array) throw Wrong(element, shape.Type, path);
        else
        {
            foreach (var each in element.EnumerateArray()) WriteItem(each, item, path);
        }

        _writer.WriteEndArray();
    }

    private void WriteMap(JsonElement element, JsonTypeInfo shape, string path)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Wrong(element, shape.Type, path);
        var item = shape.Options.GetTypeInfo(shape.ElementType!);
        _writer.WriteStartObject();
        foreach (var each in element.EnumerateObject())
        {
            _writer.WritePropertyName(each.Name);
            WriteItem(each.Value, item, path);
        }

        _writer.WriteEndObject();
    }

    /// <summary>A null item is Go's zero value.</summary>
    private void WriteItem(JsonElement element, JsonTypeInfo item, string path)
    {
        if (element.ValueKind != JsonValueKind.Null) Write(element, item, path);
        else if (item.Type == typeof(string)) _writer.WriteStringValue("");
        else if (item.Type.IsPrimitive) _writer.WriteNumberValue(0);
        else _writer.WriteNullValue();
    }

    private void WriteScalar(JsonElement element, Type type, string path)
    {
        var fits = type switch
        {
            _ when type == typeof(JsonElement) => true,
            _ when type == typeof(string) => element.ValueKind == JsonValueKind.String,
            _ when type == typeof(bool) => element.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => element.ValueKind == JsonValueKind.Number && FitsNumber(element, type),
        };
        if (!fits) throw Wrong(element, type, path);
        element.WriteTo(_writer);
    }

    private static bool FitsNumber(JsonElement element, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => element.TryGetInt32(out _),
        TypeCode.Int64 => element.TryGetInt64(out _),
        TypeCode.UInt16 => element.TryGetUInt16(out _),
        TypeCode.UInt32 => element.TryGetUInt32(out _),
        TypeCode.UInt64 => element.TryGetUInt64(out _),
        TypeCode.Double => element.TryGetDouble(out _),
        _ => false,
    };

    /// <summary>The exact name wins, then any case; of doubles the last (encoding/json).</summary>
    private static JsonElement? Find(JsonElement element, string name)
    {
        if (element.TryGetProperty(name, out var exact)) return exact;
        JsonElement? found = null;
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) found = property.Value;
        }

        return found;
    }

    private EngineException Wrong(JsonElement element, Type type, string path)
    {
        var value = element.ValueKind switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => IsNumber(type) ? "number " + element.GetRawText() : "number",
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        var field = (_root + path).IndexOf('.') < 0 ? "value" : "struct field " + _root + path;
        return EngineException.Invalid(string.Create(CultureInfo.InvariantCulture, $"invalid JSON: json: cannot unmarshal {value} into Go {field} of type {GoType(type)}"));
    }

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Double;

    private static string GoType(Type type)
    {
        if (type == typeof(string) || type == typeof(bool)) return type == typeof(bool) ? "bool" : "string";
        if (type == typeof(int)) return "int";
        if (IsNumber(type)) return type.Name.ToLowerInvariant();
        if (!type.IsGenericType) return "container." + type.Name;
        var arguments = type.GetGenericArguments();
        return arguments.Length == 2
            ? $"map[string]{(arguments[1] == typeof(JsonElement) ? "struct {}" : GoType(arguments[1]))}"
            : "[]" + (arguments[0] == typeof(JsonElement) ? "interface {}" : GoType(arguments[0]));
    }
}
