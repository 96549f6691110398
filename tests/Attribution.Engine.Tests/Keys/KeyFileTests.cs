using System.Text.Json;
using Attribution.Engine.Keys;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Keys.Support;

namespace Attribution.Engine.Tests.Keys;

public class KeyFileTests
{
    [Fact]
    public async Task Create_Key_IsShownOnceAndOnlyItsHashIsKept()
    {
        using var folder = new TemporaryFolder();

        (int code, string output, string error) = await KeyRun.RunAsync(
            folder.Path, "create", "--project", "shop", "--scope", "ingest", "--scope", "read",
            "--events-per-second", "500", "--name", "web servers");

        Assert.Equal(0, code);
        string text = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^attr_[0-9a-f]{10}_[0-9a-f]{64}$", text);
        Assert.Contains("shown this once", error);
        string secret = text[16..];
        foreach (string file in Directory.EnumerateFiles(folder.Path))
            Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file));

        (_, string list, _) = await KeyRun.RunAsync(folder.Path, "list");
        Assert.DoesNotContain(secret, list);
        ApiKey key = Assert.Single(new KeyFile(folder.Path).Read());
        Assert.Equal(KeyText.Hash(text), key.Sha256);
        Assert.Equal(("shop", "web servers", 500, KeyScopes.Ingest | KeyScopes.Read),
            (key.Project, key.Name, key.EventsPerSecond, key.Scopes));
        Assert.Contains($"{key.Id}\tshop\tingest,read\t500\t", list);
    }

    [Fact]
    public async Task File_OfKeys_IsReadableByItsOwnerOnly()
    {
        using var folder = new TemporaryFolder();
        await KeyRun.CreateAsync(folder.Path, "shop");

        string path = Path.Combine(folder.Path, "keys.json");
        Assert.False(OperatingSystem.IsWindows());
#pragma warning disable CA1416
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Create_ManyAtOnce_LosesNone()
    {
        using var folder = new TemporaryFolder();

        await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            Task.Run(() => KeyRun.CreateAsync(folder.Path, $"project-{i}"))));

        IReadOnlyList<ApiKey> keys = new KeyFile(folder.Path).Read();
        Assert.Equal(24, keys.Select(key => key.Project).Distinct().Count());
        Assert.Equal(24, keys.Select(key => key.Id).Distinct().Count());
    }

    [Fact]
    public async Task Revoke_Key_ByIdOrText_IsForGood()
    {
        using var folder = new TemporaryFolder();
        string first = await KeyRun.CreateAsync(folder.Path, "shop");
        string second = await KeyRun.CreateAsync(folder.Path, "shop");

        Assert.Equal(0, (await KeyRun.RunAsync(folder.Path, "revoke", first.Substring(5, 10))).Code);
        Assert.Equal(0, (await KeyRun.RunAsync(folder.Path, "revoke", second)).Code);

        IReadOnlyList<ApiKey> keys = new KeyFile(folder.Path).Read();
        Assert.All(keys, key => Assert.False(key.IsActive));
        DateTimeOffset?[] revoked = [.. keys.Select(key => key.Revoked)];
        Assert.Equal(0, (await KeyRun.RunAsync(folder.Path, "revoke", second)).Code);
        Assert.Equal(revoked, new KeyFile(folder.Path).Read().Select(key => key.Revoked));
    }

    [Theory]
    [InlineData("control character", "create", "--project", "a\tb")]
    [InlineData("1 to 64 bytes", "create", "--project", "")]
    [InlineData("1 to 64 bytes", "create", "--project",
        "ééééééééééééééééééééééééééééééééé")]
    [InlineData("control character", "create", "--project", "a", "--name", "\u001b[31m")]
    [InlineData("none of ingest, read, admin", "create", "--project", "a", "--scope", "root")]
    [InlineData("events per second", "create", "--project", "a", "--events-per-second", "-1")]
    [InlineData("knows no key", "revoke", "0123456789")]
    public async Task Command_ThatMakesNoSense_SaysWhyAndChangesNothing(
        string words, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        TextWriter console = Console.Error;
        var error = new StringWriter();
        Console.SetError(error);
        try
        {
            (int code, string output, _) = await KeyRun.RunAsync(folder.Path, arguments);
            Assert.Equal((1, ""), (code, output));
        }
        finally
        {
            Console.SetError(console);
        }

        Assert.Contains(words, error.ToString());
        Assert.Empty(new KeyFile(folder.Path).Read());
    }

    [Fact]
    public async Task Read_EveryCutAndEveryFlippedByte_IsTheKeysOrAnExceptionWithThePath()
    {
        using var folder = new TemporaryFolder();
        await KeyRun.CreateAsync(folder.Path, "shop", "--name", "n");
        string path = Path.Combine(folder.Path, "keys.json");
        byte[] whole = await File.ReadAllBytesAsync(path);

        for (int i = 0; i < whole.Length - 1; i++)
        {
            byte[] flipped = [.. whole];
            flipped[i] ^= (byte)(1 << (i % 8));
            foreach (byte[] bytes in (byte[][])[whole[..i], flipped])
            {
                await File.WriteAllBytesAsync(path, bytes);
                try
                {
                    Assert.Single(new KeyFile(folder.Path).Read());
                }
                catch (KeyFileException failure)
                {
                    Assert.Contains(path, failure.Message);
                    Assert.IsAssignableFrom<JsonException>(failure.InnerException);
                }
            }
        }
    }
}
