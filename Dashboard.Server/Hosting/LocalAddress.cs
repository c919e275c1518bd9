namespace Dashboard.Server.Hosting;

/// <summary>The address under which this host reaches a listener: nobody can open <c>http://0.0.0.0:8080</c> or <c>http://*:8080</c>.</summary>
internal static class LocalAddress
{
    /// <param name="url">As Kestrel takes it (IPs, names, <c>*</c>, <c>+</c>).</param>
    /// <exception cref="FormatException">It is no such URL.</exception>
    public static string Of(string url)
    {
        var address = BindingAddress.Parse(url);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return address.IsUnixPipe ? url : $"{address.Scheme}://{host}:{address.Port}{address.PathBase}";
    }
}
