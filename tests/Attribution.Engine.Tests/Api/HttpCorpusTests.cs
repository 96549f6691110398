using System.Text;
using Attribution.Engine.Api;
using Attribution.Engine.Tests.Api.Support;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Engine.Tests.Api;

public class HttpCorpusTests
{
    [Fact]
    public async Task Explore()
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        var log = new StringBuilder();
        foreach (CorpusCase one in CorpusCase.All)
        {
            foreach (string input in (string[])[one.Input, one.AsPost()])
            {
                foreach (bool ends in (bool[])[false, true])
                {
                    using var cancel = new CancellationTokenSource(ends ? 20000 : 150);
                    string result;
                    try
                    {
                        RawOutcome outcome = await RawExchange.RunAsync(rig.Port, Encoding.Latin1.GetBytes(input), new RawSending { EndsSending = ends }, cancel.Token);
                        result = string.Join(",", outcome.Answers.Select(a => a.Status + " " + a.Body)) + (outcome.IsReset ? " RESET" : "");
                    }
                    catch (OperationCanceledException) { result = "OPEN"; }
                    catch (FormatException f) { result = "FORMAT " + f.Message; }
                    log.Append($"{one.Name} | {one.Messages} {one.Error} | post={input != one.Input} ends={ends} | {result}\n");
                }
            }
        }
        File.WriteAllText("/tmp/edge-explore.txt", log.ToString());
    }
}
