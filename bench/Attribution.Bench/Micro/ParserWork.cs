using System.Text.Json;
using Attribution.Engine.Ingest;

namespace Attribution.Bench.Micro;

/// <summary>
/// The bodies of one shape, and the ways to read them that are compared. Owned by one thread.
/// </summary>
internal sealed class ParserWork(string shape)
{
    private readonly byte[][] _bodies = ParserBodies.Of(shape);
    private readonly ReaderFields _fields = new();
    private readonly EventBatch _batch = new();
    private readonly IngestContext _context =
        new(new Project("default"), default, ParserBodies.ReceivedMillis);

    /// <summary>Of one event, on average.</summary>
    public int EventBytes => _bodies.Sum(body => body.Length) / ParserBodies.Events;

    public int Tokens()
    {
        int tokens = 0;
        foreach (byte[] body in _bodies)
            tokens += Tokens(body);
        return tokens;
    }

    public int Fields()
    {
        int events = 0;
        foreach (byte[] body in _bodies)
            events += _fields.Read(body);
        return events;
    }

    public int Strict()
    {
        int events = 0;
        foreach (byte[] body in _bodies)
        {
            _batch.Clear();
            BatchReader<NoFastParser>.Read(body, _context, _batch);
            events += _batch.Accepted;
        }

        return events;
    }

    public int Fast()
    {
        int events = 0;
        foreach (byte[] body in _bodies)
        {
            _batch.Clear();
            BatchReader.Read(body, _context, _batch);
            events += _batch.Accepted;
        }

        return events;
    }

    private static int Tokens(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        int tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }
}
