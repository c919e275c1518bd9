using System.Text;
using CsCheck;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers.Spec;

public sealed class UserDatabaseTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\n# a comment:x:1:1::/:\nbroken line\napp:x:1000:1000::/home/app:/bin/sh\nnohome:x:1001:1001:::\n";
    private const string Group = "root:x:0:\napp:x:1000:\nextra:x:2000:app,other\naudio:x:29:app\n";

    private static readonly UserDatabase Database = new(Encoding.UTF8.GetBytes(Passwd), Encoding.UTF8.GetBytes(Group));

    [Theory]
    [InlineData("", 0, 0, "0", "/root")]
    [InlineData("app", 1000, 1000, "1000,2000,29", "/home/app")]
    [InlineData("1000", 1000, 1000, "1000,2000,29", "/home/app")]
    [InlineData("app:extra", 1000, 2000, "2000", "/home/app")]
    [InlineData("app:29", 1000, 29, "29", "/home/app")]
    [InlineData("4242", 4242, 0, "0", "/")]
    [InlineData("4242:4343", 4242, 4343, "4343", "/")]
    [InlineData(":extra", 0, 2000, "2000", "/root")]
    [InlineData("nohome", 1001, 1001, "1001", "/")]
    public void Resolve_Known_HasItsIdsGroupsAndHome(string specification, uint uid, uint gid, string groups, string home)
    {
        var user = Database.Resolve(specification, null);

        Assert.Equal((uid, gid, groups, home), (user.Ids.Uid, user.Ids.Gid, string.Join(',', user.Ids.AdditionalGids), user.Home));
    }

    [Theory]
    [InlineData("nobody", "unable to find user nobody: no matching entries in passwd file")]
    [InlineData("app:nogroup", "unable to find group nogroup: no matching entries in group file")]
    [InlineData("4294967295", "uids and gids must be in range 0-2147483647")]
    [InlineData("-1", "uids and gids must be in range 0-2147483647")]
    public void Resolve_Unknown_FailsInDockersWords(string specification, string words) =>
        Assert.Equal(words, Assert.Throws<EngineException>(() => Database.Resolve(specification, null)).Message);

    [Fact]
    public void Resolve_GroupAdd_IsAdded() =>
        Assert.Equal([1000u, 2000, 29, 77], Database.Resolve("app", ["extra", "77"]).Ids.AdditionalGids);

    [Fact]
    public void Resolve_WithoutFiles_TakesNumbers() => Assert.Equal(7u, new UserDatabase(null, null).Resolve("7", null).Ids.Uid);

    [Fact]
    public void Resolve_AnyBytes_AnswersOrRefuses() => Gen.Byte.Array.Select(Gen.Byte.Array, Gen.String).Sample((passwd, group, specification) =>
    {
        try
        {
            new UserDatabase(passwd, group).Resolve(specification, [specification]);
        }
        catch (EngineException)
        {
            // A refusal is an answer.
        }
    });
}
