using System.Text;

namespace Attribution.Reporter.Tests.Support;

/// <summary>What a running program writes, which a test reads meanwhile. Thread-safe.</summary>
internal sealed class SharedText : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly StringWriter _errors = new();

    public override Encoding Encoding => Encoding.UTF8;

    public TextWriter ErrorWriter => Synchronized(_errors);

    public string Errors => _errors.ToString();

    public string Text
    {
        get
        {
            lock (_text)
                return _text.ToString();
        }
    }

    public override void Write(char value)
    {
        lock (_text)
            _text.Append(value);
    }

    public override void Write(string? value)
    {
        lock (_text)
            _text.Append(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_text)
            _text.Append(buffer, index, count);
    }

    public async Task WaitForAsync(string text, TimeSpan patience)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!Text.Contains(text, StringComparison.Ordinal))
        {
            if (TimeProvider.System.GetElapsedTime(start) > patience)
                Assert.Fail($"'{text}' did not come; what came was:\n{Text}\n{Errors}");
            await Task.Delay(50);
        }
    }
}
