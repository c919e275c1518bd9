using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Server.Auth;

/// <summary>
/// The link that the start prints: whoever can read the server's output may come in once. It creates the admin where there
/// is none, and signs the admin in later. Only its hash is kept, and only in memory.
/// </summary>
internal sealed class LoginLinks
{
    private readonly Lock gate = new();
    private byte[]? hash;

    /// <summary>A fresh token of 256 bits; an earlier one is no longer good.</summary>
    public string Issue()
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        lock (gate)
            hash = Hash(token);
        return token;
    }

    /// <summary>True once for the token that was issued last.</summary>
    public bool Redeem(string? token)
    {
        lock (gate)
        {
            if (hash is null || token is null || !CryptographicOperations.FixedTimeEquals(hash, Hash(token)))
                return false;
            hash = null;
            return true;
        }
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
