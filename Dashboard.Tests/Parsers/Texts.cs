using CsCheck;

namespace Dashboard.Tests.Parsers;

/// <summary>Inputs for parsers: pieces of their grammar in any order, with rubbish in between, find more than rubbish alone.</summary>
internal static class Texts
{
    public static Gen<string> Of(params string[] pieces) =>
        Gen.OneOf(Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]), Gen.String[0, 3]).Array[0, 8].Select(string.Concat);

    public static Gen<byte[]> Bytes(params string[] pieces) => Gen.OneOf(
        Gen.Int[0, pieces.Length - 1].Select(index => System.Text.Encoding.UTF8.GetBytes(pieces[index])),
        Gen.Byte.Array[0, 4]).Array[0, 12].Select(parts => parts.SelectMany(part => part).ToArray());

    /// <summary>Runs a parser that may refuse with this exception and with no other.</summary>
    public static T? Refusing<TException, T>(Func<T> parse) where TException : Exception where T : class
    {
        try
        {
            return parse();
        }
        catch (TException)
        {
            return null;
        }
    }
}
