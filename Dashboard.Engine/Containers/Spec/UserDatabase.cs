using System.Globalization;
using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The ids behind <c>user[:group]</c>, and the home directory.</summary>
internal sealed record ResolvedUser(User Ids, string Home);

/// <summary>
/// An image's /etc/passwd and /etc/group. The rules are Docker's: a name or a number on either side, a number needs no
/// entry, supplementary groups count only where no group was asked for. Both files are the image's and may be anything.
/// </summary>
internal sealed class UserDatabase(byte[]? passwd, byte[]? group)
{
    public const int MaxFileBytes = 4 * 1024 * 1024;

    private readonly IReadOnlyList<PasswdEntry> users = [.. Lines(passwd, 4).Select(PasswdEntry.Parse).OfType<PasswdEntry>()];
    private readonly IReadOnlyList<GroupEntry> groups = [.. Lines(group, 3).Select(GroupEntry.Parse).OfType<GroupEntry>()];

    // root:x:0:0:root:/root:/bin/bash
    private sealed record PasswdEntry(string Name, uint Uid, uint Gid, string Home)
    {
        public static PasswdEntry? Parse(string[] fields) =>
            Id(fields[2]) is { } uid && Id(fields[3]) is { } gid ? new(fields[0], uid, gid, fields.Length > 5 ? fields[5] : "/") : null;
    }

    // adm:x:4:syslog,ubuntu
    private sealed record GroupEntry(string Name, uint Gid, string[] Members)
    {
        public static GroupEntry? Parse(string[] fields) =>
            Id(fields[2]) is { } gid ? new(fields[0], gid, fields.Length > 3 ? fields[3].Split(',') : []) : null;
    }

    /// <exception cref="EngineException"><c>unable to find user x: no matching entries in passwd file</c>, and the like.</exception>
    public ResolvedUser Resolve(string specification, IReadOnlyList<string>? groupAdd)
    {
        var parts = specification.Split(':', 2);
        var (userText, groupText) = (parts[0], parts.Length == 2 ? parts[1] : "");
        var user = FindUser(userText);
        var uid = user?.Uid ?? (userText is "" ? 0 : Id(userText) ?? throw NoUser(userText));
        var gid = groupText is "" ? user?.Gid ?? 0 : FindGroup(groupText);
        var supplementary = groupText is "" && user is not null ? groups.Where(entry => entry.Members.Contains(user.Name)).Select(entry => entry.Gid) : [];
        var ids = new User
        {
            Uid = uid,
            Gid = gid,
            // The primary group as well: without it setgroups drops what the group's files allow (CVE-2022-36109).
            AdditionalGids = [.. supplementary.Concat((groupAdd ?? []).Select(FindGroup)).Prepend(gid).Distinct()],
        };
        return new ResolvedUser(ids, user is null or { Home: "" } ? "/" : user.Home);
    }

    private PasswdEntry? FindUser(string text) => users.FirstOrDefault(text is ""
        ? entry => entry.Uid == 0
        : entry => entry.Name == text || entry.Uid.ToString(CultureInfo.InvariantCulture) == text);

    private uint FindGroup(string text) =>
        groups.FirstOrDefault(entry => entry.Name == text || entry.Gid.ToString(CultureInfo.InvariantCulture) == text)?.Gid
        ?? Id(text)
        ?? throw new EngineException(ErrorKind.System, IsNumber(text) ? OutOfRange : $"unable to find group {text}: no matching entries in group file");

    private const string OutOfRange = "uids and gids must be in range 0-2147483647";

    private static EngineException NoUser(string text) =>
        new(ErrorKind.System, IsNumber(text) ? OutOfRange : $"unable to find user {text}: no matching entries in passwd file");

    private static bool IsNumber(string text) => text.TrimStart('-').All(char.IsAsciiDigit);

    private static uint? Id(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (uint)id : null;

    private static IEnumerable<string[]> Lines(byte[]? file, int fields) =>
        Encoding.UTF8.GetString(file ?? [])
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(':'))
            .Where(line => line.Length >= fields);
}
