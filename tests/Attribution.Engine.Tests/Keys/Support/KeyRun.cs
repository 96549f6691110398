using System.CommandLine;

namespace Attribution.Engine.Tests.Keys.Support;

/// <summary>The <c>engine keys</c> commands, as they are typed. Stateless.</summary>
internal static class KeyRun
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string folder, params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        string[] all = ["keys", .. arguments, "--data", folder];
        int code = await EngineCommand.Create().Parse(all).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Makes a key and gives its text.</summary>
    public static async Task<string> CreateAsync(string folder, string project, params string[] more)
    {
        (int code, string output, string error) =
            await RunAsync(folder, ["create", "--project", project, .. more]);
        Assert.True(code == 0, error);
        return output.Trim();
    }
}
