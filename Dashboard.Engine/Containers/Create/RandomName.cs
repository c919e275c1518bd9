using System.Security.Cryptography;

namespace Dashboard.Engine.Containers.Create;

/// <summary>Names for containers that were given none: an adjective and a scientist.</summary>
internal static class RandomName
{
    private static readonly string[] Adjectives =
    [
        "able", "alert", "amber", "ample", "balanced", "bold", "breezy", "bright", "brisk", "calm", "candid", "careful", "cheerful",
        "clear", "clever", "cobalt", "cosmic", "crisp", "curious", "daring", "deft", "eager", "earnest", "early", "easy", "even",
        "fair", "fleet", "fluent", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "handy", "hardy", "honest", "humble",
        "ideal", "jolly", "keen", "kind", "light", "lively", "loyal", "lucid", "lunar", "mellow", "merry", "mighty", "modest", "neat",
        "nimble", "noble", "open", "patient", "placid", "polar", "polite", "prime", "proud", "quick", "quiet", "rapid", "ready",
        "robust", "rustic", "serene", "sharp", "silent", "silver", "simple", "sincere", "sleek", "smooth", "solar", "solid", "sound",
        "stable", "steady", "still", "subtle", "sunny", "swift", "tidy", "tranquil", "trusty", "vivid", "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Surnames =
    [
        "abel", "alhazen", "ampere", "anning", "archimedes", "babbage", "bassi", "bernoulli", "bohr", "boole", "born", "bose", "brahe",
        "cantor", "carson", "cavendish", "celsius", "chatelet", "church", "copernicus", "curie", "dalton", "darwin", "dirac", "einstein",
        "euclid", "euler", "faraday", "fermat", "fermi", "feynman", "fourier", "franklin", "galileo", "galois", "gauss", "germain",
        "goedel", "hamilton", "heisenberg", "hertz", "hilbert", "hooke", "hopper", "hubble", "huygens", "hypatia", "joule", "kelvin",
        "kepler", "khayyam", "kovalevskaya", "lagrange", "laplace", "leavitt", "leibniz", "lovelace", "maxwell", "mayer", "meitner",
        "mendel", "mendeleev", "mirzakhani", "napier", "newton", "nightingale", "noether", "ohm", "pascal", "pasteur", "pauli", "perlman",
        "planck", "poincare", "ramanujan", "riemann", "rutherford", "sagan", "sejong", "shannon", "somerville", "tesla", "torvalds",
        "turing", "volta", "wald", "watt", "wien", "wright", "wu", "yalow", "yukawa",
    ];

    /// <param name="attempt">From 0; later attempts carry a digit, as a busy host runs out of pairs.</param>
    public static string Next(int attempt)
    {
        var name = $"{Pick(Adjectives)}_{Pick(Surnames)}";
        return attempt < 6 ? name : name + RandomNumberGenerator.GetInt32(10, 100_000);
    }

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
